#include "mcp_agent/mcp/testing/tool_fixture.h"

#include <utility>

#include "mcp_agent/mcp/schema_check.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

// The same schema, but with nothing in an object that it does not tell of.
Json Closed(Json schema) {
  if (schema.contains("items")) schema["items"] = Closed(schema["items"]);
  if (!schema.contains("properties")) return schema;
  schema["additionalProperties"] = false;
  for (auto& property : schema["properties"]) property = Closed(property);
  return schema;
}

}  // namespace

StartedCall::StartedCall(Tool& tool, absl::string_view arguments, std::shared_ptr<RecordingToolCall> call)
    : tool_(tool) {
  const Json parsed = Json::parse(arguments);
  EXPECT_THAT(CheckAgainstSchema(parsed, tool.info().input_schema), IsOk());
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
  EXPECT_THAT(CheckAgainstSchema(answer_->structured, Closed(tool_.info().output_schema)), IsOk())
      << answer_->structured.dump(2);
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
