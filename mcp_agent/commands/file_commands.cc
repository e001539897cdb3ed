#include "mcp_agent/commands/file_commands.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/specs/conditional_write.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/status_macros.h"

namespace specrelay {

namespace {

// A path of a file, unlike one of the tree, is never empty.
absl::Status CheckFilePath(absl::string_view path, RemoteAccess access) {
  if (path.empty()) return absl::InvalidArgumentError("the path is empty; name a file relative to its root");
  return CheckRemotePath(path, access);
}

v1::FileWriteResponse WrittenResponse(const std::string& path, WrittenFile written) {
  v1::FileWriteResponse response;
  response.set_path(path);
  *response.mutable_version() = std::move(written.version);
  response.set_created(written.created);
  return response;
}

}  // namespace

FileCommands::FileCommands(const Tree& tree, const Tree* project, const EnforcedPolicy& policy)
    : tree_(tree), project_(project), policy_(policy) {}

absl::StatusOr<const Tree*> FileCommands::RootToRead(const v1::FileReadRequest& request) const {
  switch (request.root()) {
    case v1::FILE_ROOT_UNSPECIFIED:
    case v1::FILE_ROOT_TREE:
      return &tree_;
    case v1::FILE_ROOT_PROJECT:
      RETURN_IF_ERROR(policy_.CheckProjectRead(request.path()));
      if (project_ == nullptr) return absl::PermissionDeniedError("this agent cannot read outside of .spec-context");
      return project_;
    default:
      return absl::InvalidArgumentError("unknown root; the roots are FILE_ROOT_TREE and FILE_ROOT_PROJECT");
  }
}

absl::StatusOr<v1::FileReadResponse> FileCommands::Read(const v1::FileReadRequest& request) const {
  // Under both roots: what the agent keeps to itself in the tree must not be readable by way of the project either.
  RETURN_IF_ERROR(CheckFilePath(request.path(), RemoteAccess::kRead));
  ASSIGN_OR_RETURN(const Tree* const root, RootToRead(request));
  ASSIGN_OR_RETURN(FileContent content, root->Read(request.path(), policy_.max_file_bytes()));
  v1::FileReadResponse response;
  response.set_path(request.path());
  *response.mutable_version() = ToFileVersion(content.hash, content.stat);
  response.set_content(std::move(content.bytes));
  return response;
}

absl::StatusOr<std::unique_ptr<OpenFile>> FileCommands::OpenToRead(const v1::FileReadRequest& request,
                                                                   int64_t max_bytes) const {
  RETURN_IF_ERROR(CheckFilePath(request.path(), RemoteAccess::kRead));
  ASSIGN_OR_RETURN(const Tree* const root, RootToRead(request));
  ASSIGN_OR_RETURN(std::unique_ptr<OpenFile> file, root->OpenToRead(request.path()));
  if (file->stat().size_bytes > max_bytes) {
    return FileTooLargeError(request.path(), file->stat().size_bytes, max_bytes);
  }
  return file;
}

absl::Status FileCommands::CheckWrite(const v1::FileWriteRequest& request) const {
  return CheckFilePath(request.path(), RemoteAccess::kWrite);
}

absl::StatusOr<v1::FileWriteResponse> FileCommands::WriteIncoming(Transaction& transaction,
                                                                  const v1::FileWriteRequest& request,
                                                                  IncomingFile& content) const {
  RETURN_IF_ERROR(CheckWrite(request));
  ASSIGN_OR_RETURN(WrittenFile written,
                   WriteIncomingConditionally(transaction, request.path(), BaseHashOf(request), content));
  transaction.SetSummary(absl::StrCat("wrote ", request.path()));
  return WrittenResponse(request.path(), std::move(written));
}

absl::StatusOr<v1::FileWriteResponse> FileCommands::Write(Transaction& transaction,
                                                          const v1::FileWriteRequest& request) const {
  RETURN_IF_ERROR(CheckFilePath(request.path(), RemoteAccess::kWrite));
  ASSIGN_OR_RETURN(WrittenFile written,
                   WriteConditionally(transaction, policy_, {request.path(), request.content(), BaseHashOf(request)}));
  transaction.SetSummary(absl::StrCat("wrote ", request.path()));
  return WrittenResponse(request.path(), std::move(written));
}

}  // namespace specrelay
