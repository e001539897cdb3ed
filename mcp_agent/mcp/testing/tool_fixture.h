// Tools on a real executor and a copy of the sample tree, for tests.
#ifndef SPECRELAY_MCP_AGENT_MCP_TESTING_TOOL_FIXTURE_H_
#define SPECRELAY_MCP_AGENT_MCP_TESTING_TOOL_FIXTURE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/commands/testing/sample_project.h"
#include "mcp_agent/mcp/testing/executor_command_port.h"
#include "mcp_agent/mcp/testing/recording_tool_call.h"
#include "mcp_agent/mcp/tool.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// A call that has begun. Thread-safe. Must have ended before it is destroyed.
class StartedCall {
 public:
  // Calls the tool with arguments in JSON, which must have the form of its input schema.
  StartedCall(Tool& tool, absl::string_view arguments, std::shared_ptr<RecordingToolCall> call);

  // Blocks until the tool has answered. Fails the test when the answer is none of the tool's output schema, or has
  // properties that the schema does not tell of.
  absl::StatusOr<ToolAnswer> Await();
  bool ended() const { return done_.HasBeenNotified(); }

 private:
  Tool& tool_;
  absl::StatusOr<ToolAnswer> answer_;
  absl::Notification done_;
};

// Calls the tool and waits for its answer.
absl::StatusOr<ToolAnswer> CallTool(Tool& tool, absl::string_view arguments);
absl::StatusOr<ToolAnswer> CallTool(Tool& tool, absl::string_view arguments, std::shared_ptr<RecordingToolCall> call);

// A call with an id that no other has.
std::shared_ptr<RecordingToolCall> NewCall();

// The project that tools work on.
class ToolFixture : public ::testing::Test {
 protected:
  const SampleProject project_;
  ExecutorHarness harness_{project_.path()};
  ExecutorCommandPort port_{harness_, project_.path()};
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TESTING_TOOL_FIXTURE_H_
