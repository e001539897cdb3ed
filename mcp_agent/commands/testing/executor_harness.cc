#include "mcp_agent/commands/testing/executor_harness.h"

#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/questions/question_store.h"
#include "mcp_agent/tree/posix_tree.h"
#include "proto/support/command_catalog.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/json.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// value() throws with the status when the stage cannot be set.
std::unique_ptr<Tree> OpenTree(absl::string_view project_directory) {
  return PosixTree::Open(project_directory).value();
}

void ExpectWellFormed(const v1::CommandDelivery& delivery, const v1::CommandOutcome& outcome) {
  EXPECT_EQ(outcome.request_id(), delivery.request_id());
  if (outcome.state() == v1::COMMAND_STATE_APPLIED) {
    EXPECT_FALSE(outcome.has_error());
    const CommandInfo* info = FindCommand(delivery.command());
    EXPECT_EQ(static_cast<int>(outcome.result().response_case()), info == nullptr ? 0 : info->field->number());
    return;
  }
  EXPECT_FALSE(outcome.has_result());
  if (outcome.state() != v1::COMMAND_STATE_UNKNOWN) {
    EXPECT_EQ(outcome.state(), outcome.error().code() == static_cast<int>(absl::StatusCode::kAborted)
                                   ? v1::COMMAND_STATE_CONFLICT
                                   : v1::COMMAND_STATE_FAILED);
  }
  EXPECT_EQ(outcome.error().state(), outcome.state());
  EXPECT_EQ(outcome.error().request_id(), delivery.request_id());
  EXPECT_NE(outcome.error().code(), 0);
  EXPECT_FALSE(outcome.error().message().empty());
}

}  // namespace

v1::Project HarnessProject() {
  v1::Project project;
  project.set_project_id("project-1");
  project.set_name("sample");
  project.set_path("/home/user/sample");
  return project;
}

v1::Machine HarnessMachine() {
  v1::Machine machine;
  machine.set_machine_id("machine-1");
  machine.set_host_name("host");
  machine.set_platform("linux/x86_64");
  return machine;
}

ExecutorHarness::ExecutorHarness(absl::string_view project_directory, v1::AgentPolicy policy,
                                 absl::string_view machine_directory)
    : tree_(OpenTree(project_directory)),
      project_files_(PosixTree::OpenProjectReader(project_directory).value()),
      observed_(*tree_),
      clock_(absl::Now() + absl::Hours(1)),
      ledger_(observed_, clock_),
      policy_(std::make_shared<const EnforcedPolicy>(std::move(policy))),
      machine_(MachineHost::Open(
                   {machine_directory.empty() ? machine_directory_.Join("machine") : std::string(machine_directory),
                    absl::UTCTimeZone()},
                   clock_, timers_)
                   .value()) {
  v1::Project project = HarnessProject();
  project.set_path(std::string(project_directory));
  approval_waiter_ = std::make_unique<ApprovalWaiter>(
      [this, path = project.path()](absl::string_view id) -> absl::StatusOr<v1::Approval> {
        v1::ApprovalGetRequest request;
        request.set_id(std::string(id));
        ASSIGN_OR_RETURN(v1::ApprovalGetResponse response,
                         ApprovalStore(observed_, project_files_.get(), *policy_, damage_, {path}).Get(request));
        return std::move(*response.mutable_approval());
      },
      timers_, workers_);
  question_waiter_ = std::make_unique<QuestionWaiter>(
      [this](absl::string_view id) -> absl::StatusOr<v1::Question> {
        ASSIGN_OR_RETURN(const QuestionDocument document, FindQuestion(observed_, id));
        return document.question();
      },
      timers_, workers_);
  environment_ = std::make_unique<CommandEnvironment>(CommandEnvironment{
      observed_, ledger_, project_files_.get(), std::move(project), HarnessMachine(), [this] { return policy_; },
      clock_, cache_, spec_lists_, log_cache_, damage_, *approval_waiter_, *question_waiter_, machine_->jobs()});
  executor_ = std::make_unique<CommandExecutor>(*environment_);
}

v1::CommandOutcome ExecutorHarness::Deliver(const v1::CommandDelivery& delivery) {
  absl::Notification done;
  v1::CommandOutcome outcome;
  executor_->Execute(delivery, [&](v1::CommandOutcome received) {
    outcome = std::move(received);
    done.Notify();
  });
  done.WaitForNotification();
  return outcome;
}

absl::StatusOr<v1::CommandResult> ExecutorHarness::Execute(const v1::Command& command) {
  v1::CommandDelivery delivery;
  delivery.set_request_id(RandomBase62(20));
  *delivery.mutable_command() = command;
  const v1::CommandOutcome outcome = Deliver(delivery);
  ExpectWellFormed(delivery, outcome);
  if (outcome.has_error()) return FromCommandError(outcome.error());
  return outcome.result();
}

absl::StatusOr<v1::CommandResult> ExecutorHarness::Execute(absl::string_view command_json) {
  v1::Command command;
  RETURN_IF_ERROR(FromJson(command_json, command));
  return Execute(command);
}

}  // namespace specrelay
