#include "mcp_agent/mcp/tools/tool_context.h"

#include <cstddef>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/log.h"

namespace specrelay {

absl::StatusOr<v1::CommandResult> ToolContext::Run(const ToolCall& call, absl::string_view step,
                                                   v1::Command command) const {
  return port_.ExecuteNow(absl::StrCat(call.id(), "/", step), std::move(command));
}

void ToolContext::DeleteWithNextCall(const std::string& approval_id) {
  v1::Command command;
  command.mutable_approval_consume()->set_id(approval_id);
  command.mutable_approval_consume()->set_delete_(true);
  absl::MutexLock lock(&mu_);
  owed_.push_back(std::move(command));
}

void ToolContext::ConfirmWithNextCall(const std::string& question_id) {
  v1::Command command;
  command.mutable_question_consume()->set_id(question_id);
  absl::MutexLock lock(&mu_);
  owed_.push_back(std::move(command));
}

void ToolContext::OnCall(const ToolCall& call) {
  std::vector<v1::Command> owed;
  {
    absl::MutexLock lock(&mu_);
    owed.swap(owed_);
  }
  for (size_t i = 0; i < owed.size(); ++i) {
    const bool is_question = owed[i].has_question_consume();
    const std::string id = is_question ? owed[i].question_consume().id() : owed[i].approval_consume().id();
    const absl::Status done = Run(call, absl::StrCat("owed-", i), std::move(owed[i])).status();
    if (done.ok() || absl::IsNotFound(done)) continue;
    Log(LogLevel::kWarning, is_question ? "an answer will be told again" : "a decided approval stays",
        {{"id", id}, {"reason", std::string(done.message())}});
  }
}

}  // namespace specrelay
