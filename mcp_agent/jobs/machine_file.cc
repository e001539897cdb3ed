#include "mcp_agent/jobs/machine_file.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/json/json_object.h"
#include "proto/support/bounded_json.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

absl::Status DamagedMachineFileError(absl::string_view path, absl::string_view why) {
  return absl::FailedPreconditionError(absl::StrCat(path, " in the machine's directory is damaged: ", why,
                                                    "; repair it, restore it from a backup, or move it away"));
}

absl::StatusOr<absl::optional<Json>> ReadMachineFile(const Tree& machine_tree, absl::string_view path,
                                                     int64_t max_bytes) {
  const absl::StatusOr<FileContent> content = machine_tree.Read(path, max_bytes);
  if (absl::IsNotFound(content.status())) return absl::optional<Json>();
  if (!content.ok()) return content.status();
  absl::StatusOr<Json> json = ParseBoundedJson(content->bytes, kMaxFileJsonDepth);
  if (!json.ok()) return DamagedMachineFileError(path, json.status().message());
  return absl::optional<Json>(*std::move(json));
}

}  // namespace specrelay
