#include "mcp_agent/mcp/completion_values.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

// Reading the tasks of all specs of a large project would take longer than a person waits for a completion.
constexpr int kMaxSpecsLookedInto = 20;

std::vector<std::string> LatestFirst(const google::protobuf::RepeatedPtrField<v1::SpecSummary>& specs) {
  std::vector<const v1::SpecSummary*> sorted;
  for (const v1::SpecSummary& spec : specs) sorted.push_back(&spec);
  std::stable_sort(sorted.begin(), sorted.end(), [](const v1::SpecSummary* a, const v1::SpecSummary* b) {
    return FromProto(a->last_modified()) > FromProto(b->last_modified());
  });
  std::vector<std::string> names;
  for (const v1::SpecSummary* spec : sorted) names.push_back(spec->name());
  return names;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> CompletionValues::SpecNames(absl::string_view call_id) const {
  v1::Command command;
  command.mutable_spec_list();
  ASSIGN_OR_RETURN(const v1::CommandResult result, port_.ExecuteNow(absl::StrCat(call_id, "-specs"), command));
  return LatestFirst(result.spec_list().specs());
}

absl::StatusOr<std::vector<std::string>> CompletionValues::ArchivedSpecNames(absl::string_view call_id) const {
  v1::Command command;
  command.mutable_spec_archived_list();
  ASSIGN_OR_RETURN(const v1::CommandResult result, port_.ExecuteNow(absl::StrCat(call_id, "-archived"), command));
  return LatestFirst(result.spec_archived_list().specs());
}

absl::StatusOr<std::vector<std::string>> CompletionValues::TaskIds(absl::string_view call_id,
                                                                   const std::string& spec) const {
  std::vector<std::string> specs = {spec};
  if (spec.empty()) {
    ASSIGN_OR_RETURN(specs, SpecNames(call_id));
    if (specs.size() > kMaxSpecsLookedInto) specs.resize(kMaxSpecsLookedInto);
  }
  std::vector<std::string> ids;
  absl::flat_hash_set<std::string> seen;
  for (size_t i = 0; i < specs.size(); ++i) {
    v1::Command command;
    command.mutable_task_progress()->set_spec_name(specs[i]);
    const absl::StatusOr<v1::CommandResult> result = port_.ExecuteNow(absl::StrCat(call_id, "-tasks", i), command);
    if (!result.ok()) continue;  // a spec that has no tasks, or does not exist, completes nothing
    for (const v1::Task& task : result->task_progress().tasks()) {
      if (task.status() != v1::TASK_STATUS_COMPLETED && seen.insert(task.id()).second) ids.push_back(task.id());
    }
  }
  return ids;
}

absl::StatusOr<std::vector<std::string>> CompletionValues::ApprovalIds(absl::string_view call_id) const {
  v1::Command command;
  command.mutable_approval_list()->set_include_decided(true);
  ASSIGN_OR_RETURN(const v1::CommandResult result, port_.ExecuteNow(absl::StrCat(call_id, "-approvals"), command));
  std::vector<std::string> ids;
  for (const v1::Approval& approval : result.approval_list().approvals()) ids.push_back(approval.id());
  return ids;
}

}  // namespace specrelay
