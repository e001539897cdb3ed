#include "tests/integration/damage_stage.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "gtest/gtest.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "proto/support/command_error.h"
#include "proto/support/json.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/sample_tree.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

constexpr int kApprovals = 6;
constexpr int kJobs = 5;

void CopyTree(const std::string& from, const std::string& to) {
  fs::create_directories(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

SendCommand SendTo(ExecutorHarness& harness) {
  return [&harness](const std::string& request_id, const v1::Command& command) -> absl::StatusOr<v1::CommandResult> {
    v1::CommandDelivery delivery;
    delivery.set_request_id(request_id);
    *delivery.mutable_command() = command;
    const v1::CommandOutcome outcome = harness.Deliver(delivery);
    if (outcome.has_error()) return FromCommandError(outcome.error());
    return outcome.result();
  };
}

}  // namespace

v1::Command ParseCommand(absl::string_view json) {
  v1::Command command;
  EXPECT_THAT(FromJson(json, command), IsOk()) << json;
  return command;
}

DamageStage::DamageStage() {
  CopySampleTree(directory_.Join("project"));
  directory_.MakeDirectory("machine");
  ExecutorHarness harness(directory_.Join("project"), {}, directory_.Join("machine"));
  const SendCommand send = SendTo(harness);
  for (int i = 0; i < kApprovals; ++i) {
    Perform(send,
            absl::Substitute(
                R"({"approvalCreate": {"title": "Review $0", "filePath": ".spec-context/specs/user-auth/design.md",
                          "type": "APPROVAL_TYPE_DOCUMENT", "category": "APPROVAL_CATEGORY_SPEC",
                          "categoryName": "user-auth"}})",
                i));
    Perform(send, absl::Substitute(R"({"fileWrite": {"path": "notes/$0.md", "content": "bm90ZQ=="}})", i));
  }
  for (int i = 0; i < kApprovals / 2; ++i) {
    Perform(send,
            absl::Substitute(R"({"approvalUpdate": {"id": "$0", "status": "APPROVAL_STATUS_APPROVED",
                                       "response": "Fine"}})",
                             answers_.writes[static_cast<size_t>(2 * i)].result.approval_create().approval().id()));
  }
  Perform(send, R"({"taskStatusUpdate": {"specName": "user-auth", "taskId": "2", "status": "TASK_STATUS_COMPLETED"}})");
  // Two writes of which each undoes the other: neither may happen again because the record of the other is lost.
  Perform(send, R"({"specArchive": {"name": "user-auth"}})");
  Perform(send, R"({"specUnarchive": {"name": "user-auth"}})");
  const absl::StatusOr<v1::CommandResult> list =
      send("list", ParseCommand(R"({"approvalList": {"includeDecided": true}})"));
  for (const v1::Approval& approval : list->approval_list().approvals()) answers_.approvals[approval.id()] = approval;
  for (int i = 0; i < kJobs; ++i) {
    const absl::StatusOr<v1::CommandResult> created =
        send(absl::StrCat("job-", i), ParseCommand(absl::Substitute(R"({"jobCreate": {"job": {"id": "job-$0",
            "name": "Job $0", "type": "cleanup-specs", "config": {"daysOld": 30}, "schedule": "0 2 * * *"}}})",
                                                                    i)));
    EXPECT_THAT(created, IsOk());
    answers_.jobs[absl::StrCat("job-", i)] = created->job_create().job();
  }
}

void DamageStage::Perform(const SendCommand& send, absl::string_view command_json) {
  WholeAnswers::Write write;
  write.request_id = absl::StrCat("write-", answers_.writes.size());
  write.command = ParseCommand(command_json);
  const absl::StatusOr<v1::CommandResult> result = send(write.request_id, write.command);
  EXPECT_THAT(result, IsOk()) << command_json;
  write.result = *result;
  answers_.writes.push_back(std::move(write));
}

void DamageStage::CopyTo(const std::string& directory) const { CopyTree(directory_.path(), directory); }

}  // namespace specrelay
