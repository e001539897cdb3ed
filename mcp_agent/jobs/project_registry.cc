#include "mcp_agent/jobs/project_registry.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mcp_agent/jobs/machine_file.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/tree/utf8.h"
#include "nlohmann/json.hpp"
#include "proto/support/digest.h"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int64_t kMaxFileBytes = int64_t{8} << 20;
constexpr size_t kMaxProjects = 1000;
constexpr absl::Duration kForgetAfter = absl::Hours(24 * 180);
constexpr absl::Duration kTouchEvery = absl::Hours(1);

struct Served {
  std::string path;
  absl::Time last;
};

// The latest served first.
absl::StatusOr<std::vector<Served>> ReadProjects(const Tree& machine_tree) {
  ASSIGN_OR_RETURN(const absl::optional<Json> json, ReadMachineFile(machine_tree, kServedProjectsFile, kMaxFileBytes));
  std::vector<Served> projects;
  if (!json.has_value()) return projects;
  const Json* entries = ArrayAt(*json, "projects");
  if (entries == nullptr) return DamagedMachineFileError(kServedProjectsFile, "it has no array 'projects'");
  for (const Json& entry : *entries) {
    const absl::optional<std::string> path = StringAt(entry, "path");
    if (!path.has_value() || !absl::StartsWith(*path, "/")) continue;
    projects.push_back({*path, TimeAt(entry, "lastServed").value_or(absl::UnixEpoch())});
  }
  std::stable_sort(projects.begin(), projects.end(), [](const Served& a, const Served& b) { return a.last > b.last; });
  return projects;
}

std::string ToJson(const std::vector<Served>& projects) {
  Json json = Json::object();
  json["projects"] = Json::array();
  for (const Served& project : projects) {
    json["projects"].push_back({{"path", project.path}, {"lastServed", ToIsoTime(project.last)}});
  }
  return DumpJson(json);
}

}  // namespace

absl::Status ProjectRegistry::Touch(absl::string_view path) {
  if (!absl::StartsWith(path, "/") || !IsValidUtf8(path)) {
    return absl::InvalidArgumentError(absl::StrCat("the project path ", Quoted(path), " is not absolute"));
  }
  const absl::Time now = clock_.Now();
  ASSIGN_OR_RETURN(const std::vector<Served> known, ReadProjects(machine_tree_));
  for (const Served& project : known) {
    if (project.path == path && now - project.last < kTouchEvery) return absl::OkStatus();
  }
  WriteRequest request;
  request.request_id = DeriveId(absl::StrCat(path, "\n", absl::ToUnixNanos(now)), "served_", "");
  request.digest = Sha256Hex(request.request_id);
  request.command = "project-served";
  request.actor.set_client("specrelay_agent");
  const auto touch = [&](Transaction& tx) -> absl::StatusOr<v1::CommandResult> {
    ASSIGN_OR_RETURN(const std::vector<Served> before, ReadProjects(tx.tree()));
    std::vector<Served> after = {{std::string(path), now}};
    for (const Served& project : before) {
      if (project.path != path && now - project.last < kForgetAfter && after.size() < kMaxProjects) {
        after.push_back(project);
      }
    }
    RETURN_IF_ERROR(tx.Write(kServedProjectsFile, ToJson(after)).status());
    tx.SetSummary(absl::StrCat("serves ", path));
    return v1::CommandResult();
  };
  return machine_ledger_.Execute(request, touch).status();
}

absl::StatusOr<std::vector<std::string>> ProjectRegistry::Paths() const {
  ASSIGN_OR_RETURN(const std::vector<Served> projects, ReadProjects(machine_tree_));
  std::vector<std::string> paths;
  for (const Served& project : projects) paths.push_back(project.path);
  return paths;
}

}  // namespace specrelay
