#include "tests/simulation/invariants.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "mcp_agent/audit/audit_parts.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "proto/support/digest.h"
#include "tests/simulation/workload.h"

namespace specrelay {
namespace {

int CountOf(absl::string_view text, absl::string_view part) {
  return static_cast<int>(std::vector<absl::string_view>(absl::StrSplit(text, part)).size()) - 1;
}

// How often the operation's content came to be.
int EffectsOf(const Operation& operation, const SimDisk& disk) {
  if (operation.kind == Operation::Kind::kLogAdd) {
    return CountOf(disk.Content(kLogPath).value_or(""), *operation.content);
  }
  const SimDisk::History& history = disk.HistoryOf(operation.path);
  return static_cast<int>(std::count_if(history.begin(), history.end(), [&](const SimDisk::Version& version) {
    return version.content == operation.content;
  }));
}

void CheckBase(const Operation& operation, const SimDisk& disk, std::vector<std::string>& violations) {
  // What was sent again had ended without an effect under its own id.
  std::vector<absl::optional<std::string>> bases = operation.resent_over;
  if (bases.empty()) bases.push_back(operation.base_hash);
  if (std::find(bases.begin(), bases.end(), absl::nullopt) != bases.end()) return;
  const SimDisk::History& history = disk.HistoryOf(operation.path);
  for (size_t i = 0; i < history.size(); ++i) {
    if (history[i].content != operation.content) continue;
    const bool existed = i > 0 && history[i - 1].content.has_value();
    const std::string before = existed ? Sha256Hex(*history[i - 1].content) : "";
    if (std::find(bases.begin(), bases.end(), before) == bases.end()) {
      violations.push_back(absl::StrCat(operation.id, " took effect on another content than it was based on"));
    }
  }
}

// The ids under which it was sent: its own, and one for each conflict that it was sent again over.
std::vector<std::string> IdsOf(const Operation& operation) {
  std::vector<std::string> ids = {operation.id};
  for (size_t i = 1; i <= operation.resent_over.size(); ++i) ids.push_back(absl::StrCat(operation.id, "~", i));
  return ids;
}

void CheckTime(const Operation& operation, const SimDisk& disk, const DeliveryRecord& record,
               std::vector<std::string>& violations) {
  for (const SimDisk::Version& version : disk.HistoryOf(operation.path)) {
    if (version.content == operation.content && !record.MayTakeEffect(IdsOf(operation), version.since)) {
      violations.push_back(absl::StrCat(operation.id, " took effect after it was said that it would not"));
    }
  }
}

void CheckRead(const Operation& operation, const SimDisk& disk, std::vector<std::string>& violations) {
  const SimDisk::History& history = disk.HistoryOf(operation.path);
  for (size_t i = 0; i < history.size(); ++i) {
    const bool until_later = i + 1 == history.size() || history[i + 1].since >= operation.begun;
    const bool since_before = history[i].since <= operation.ended;
    if (until_later && since_before && history[i].content == operation.content) return;
  }
  violations.push_back(absl::StrCat(operation.id, " read what was not in ", operation.path, " at that time"));
}

void CheckWrite(const Operation& operation, const SimDisk& disk, const DeliveryRecord& record,
                std::vector<std::string>& violations) {
  const int effects = EffectsOf(operation, disk);
  const bool applied = operation.end == Operation::End::kApplied;
  if (effects > 1) violations.push_back(absl::StrCat(operation.id, " took effect ", effects, " times"));
  if (applied && effects == 0) violations.push_back(absl::StrCat(operation.id, " was acknowledged and is lost"));
  if (operation.end == Operation::End::kRefused && effects > 0) {
    violations.push_back(absl::StrCat(operation.id, " was refused (", operation.reason, ") and took effect"));
  }
  if (operation.kind != Operation::Kind::kWrite) return;
  CheckBase(operation, disk, violations);
  CheckTime(operation, disk, record, violations);
}

}  // namespace

void CheckOperation(const Operation& operation, const SimDisk& disk, const DeliveryRecord& record,
                    std::vector<std::string>& violations) {
  if (operation.end == Operation::End::kNone) {
    violations.push_back(absl::StrCat(operation.id, " did not end, after ", operation.tries, " tries"));
    return;
  }
  switch (operation.kind) {
    case Operation::Kind::kWrite:
    case Operation::Kind::kLogAdd:
      return CheckWrite(operation, disk, record, violations);
    case Operation::Kind::kRead:
      if (operation.end == Operation::End::kApplied) CheckRead(operation, disk, violations);
      return;
    case Operation::Kind::kTick:
      return;  // several may have the same effect
  }
}

void CheckView(const SimView& view, const SimDisk& disk, std::vector<std::string>& violations) {
  for (const std::string& path : view.paths()) {
    if (view.Shown(path) == disk.Content(path)) continue;
    violations.push_back(absl::StrCat("a view of ", view.project_id(), " shows another ", path, " than is on disk: '",
                                      view.Shown(path).value_or("(nothing)"), "' for '",
                                      disk.Content(path).value_or("(nothing)"), "'"));
  }
}

void CheckTree(const std::string& project_id, const SimDisk& disk, std::vector<std::string>& violations) {
  AuditVerifier verifier;
  const absl::StatusOr<std::vector<DirectoryEntry>> entries = disk.List("");
  if (entries.ok()) {
    for (const std::string& part : AuditParts(*entries)) verifier.Feed(disk.Content(part).value_or(""));
  }
  verifier.Feed(disk.Content(kAuditFile).value_or(""));
  if (!verifier.Finish().intact()) violations.push_back(absl::StrCat("the audit of ", project_id, " is not intact"));
  const std::string tasks = disk.Content(kTasksPath).value_or("");
  for (int task = 1; task <= kTaskCount; ++task) {
    const std::string text = absl::StrCat("] ", task, ". Task ", task, "\n");
    if (CountOf(tasks, text) != 1) violations.push_back(absl::StrCat("task ", task, " of ", project_id, " is damaged"));
  }
}

}  // namespace specrelay
