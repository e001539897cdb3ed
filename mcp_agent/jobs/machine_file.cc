#include "mcp_agent/jobs/machine_file.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

// A nest deep enough would overflow the stack.
constexpr int kMaxDepth = 64;

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
  bool too_deep = false;
  const auto watch_depth = [&too_deep](int depth, Json::parse_event_t, Json&) {
    too_deep |= depth > kMaxDepth;
    return !too_deep;
  };
  const std::string& bytes = content->bytes;
  Json json = Json::parse(bytes.begin(), bytes.end(), watch_depth, /*allow_exceptions=*/false);
  if (too_deep) return DamagedMachineFileError(path, absl::StrCat("it is nested deeper than ", kMaxDepth, " levels"));
  if (json.is_discarded()) return DamagedMachineFileError(path, bytes.empty() ? "it is empty" : "it is not JSON");
  return absl::optional<Json>(std::move(json));
}

}  // namespace specrelay
