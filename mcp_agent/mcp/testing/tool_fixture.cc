#include "mcp_agent/mcp/testing/tool_fixture.h"

#include <utility>

#include "proto/support/digest.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

StartedCall::StartedCall(Tool& tool, absl::string_view arguments, std::shared_ptr<RecordingToolCall> call)
    : tool_(tool) {
  const Json parsed = Json::parse(arguments);
  tool.Call(parsed, std::move(call), [this](absl::StatusOr<ToolAnswer> answer) {
    EXPECT_FALSE(done_.HasBeenNotified()) << "answered twice";
    answer_ = std::move(answer);
    done_.Notify();
  });
}

absl::StatusOr<ToolAnswer> StartedCall::Await() {
  done_.WaitForNotification();
  if (!answer_.ok()) return answer_;
  EXPECT_FALSE(answer_->text.empty());
  return answer_;
}

absl::StatusOr<ToolAnswer> CallTool(Tool& tool, absl::string_view arguments) {
  return CallTool(tool, arguments, NewCall());
}

absl::StatusOr<ToolAnswer> CallTool(Tool& tool, absl::string_view arguments, std::shared_ptr<RecordingToolCall> call) {
  return StartedCall(tool, arguments, std::move(call)).Await();
}

std::shared_ptr<RecordingToolCall> NewCall() { return std::make_shared<RecordingToolCall>(RandomBase62(20)); }

}  // namespace specrelay
