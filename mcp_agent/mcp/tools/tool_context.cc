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
  absl::MutexLock lock(&mu_);
  to_delete_.push_back(approval_id);
}

void ToolContext::OnCall(const ToolCall& call) {
  std::vector<std::string> ids;
  {
    absl::MutexLock lock(&mu_);
    ids.swap(to_delete_);
  }
  for (size_t i = 0; i < ids.size(); ++i) {
    v1::Command command;
    command.mutable_approval_consume()->set_id(ids[i]);
    command.mutable_approval_consume()->set_delete_(true);
    const absl::Status deleted = Run(call, absl::StrCat("delete-", i), std::move(command)).status();
    if (deleted.ok() || absl::IsNotFound(deleted)) continue;
    Log(LogLevel::kWarning, "a decided approval stays",
        {{"approval", ids[i]}, {"reason", std::string(deleted.message())}});
  }
}

}  // namespace specrelay
