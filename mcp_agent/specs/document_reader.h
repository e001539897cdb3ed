// Reading files of a tree that may not be there, in the terms of the wire contract.
#ifndef SPECRELAY_MCP_AGENT_SPECS_DOCUMENT_READER_H_
#define SPECRELAY_MCP_AGENT_SPECS_DOCUMENT_READER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/file.pb.h"
#include "specrelay/v1/spec.pb.h"

namespace specrelay {

// The file at `path`, or nothing when there is none. Other errors are the tree's.
absl::StatusOr<absl::optional<FileContent>> ReadIfExists(const Tree& tree, absl::string_view path, int64_t max_bytes);

// What the tree says of `path`, or nothing when there is no such file or directory. Other errors are the tree's.
absl::StatusOr<absl::optional<FileStat>> StatIfExists(const Tree& tree, absl::string_view path);

// Nothing instead of NOT_FOUND.
absl::StatusOr<absl::optional<FileStat>> IfExists(absl::StatusOr<FileStat> stat);

v1::FileVersion ToFileVersion(absl::string_view hash, const FileStat& stat);

// A document as text; see DocumentContent.
v1::DocumentContent ToDocumentContent(const FileContent& content);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SPECS_DOCUMENT_READER_H_
