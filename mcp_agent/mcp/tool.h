// A tool that the agent offers to its coding agent over MCP, and one call of it.
// Source: Model Context Protocol, revision 2025-11-25, "Tools".
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOL_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Hints for the client, about what a call may do.
struct ToolAnnotations {
  bool read_only = false;
  bool destructive = false;
  bool idempotent = false;
  bool open_world = false;
};

// How a tool introduces itself. Schemas are JSON Schema objects of the subset that CheckAgainstSchema() knows.
struct ToolInfo {
  std::string name;
  std::string title;
  std::string description;
  nlohmann::ordered_json input_schema;
  nlohmann::ordered_json output_schema;
  ToolAnnotations annotations;
};

// A resource of the server that an answer points to.
struct ResourceLink {
  std::string uri;
  std::string name;
  std::string mime_type;
};

// What a call found or did: text for the model, and the same as an object of the tool's output schema.
struct ToolAnswer {
  std::string text;
  nlohmann::ordered_json structured;
  std::vector<ResourceLink> links = {};  // for clients whose protocol version has them
};

// One call under way. Thread-safe.
class ToolCall {
 public:
  virtual ~ToolCall() = default;

  // The call's own idempotency key: the same for each command sent on its behalf, so that commands derive theirs from
  // it.
  virtual const std::string& id() const = 0;

  // Tells a client that asked for it how far the call has come; `progress` grows from report to report. Nothing happens
  // when the client did not ask, or the call has ended.
  virtual void ReportProgress(double progress, absl::optional<double> total, absl::string_view message) = 0;

  // Calls `on_cancel` once if the client takes the call back, at once if it has done so already. The answer is then
  // dropped, but the tool still gives one. Replaces the former callback.
  virtual void OnCancel(absl::AnyInvocable<void()> on_cancel) = 0;
};

// Thread-safe: calls may overlap. Outlives its calls.
class Tool {
 public:
  // Gets the answer, once. A failure is for the model: its message says what was wrong and what to do next.
  using Receiver = absl::AnyInvocable<void(absl::StatusOr<ToolAnswer>)>;

  virtual ~Tool() = default;

  virtual const ToolInfo& info() const = 0;

  // Begins a call. `arguments` has the form of the input schema. May block for file I/O; a call that waits for a person
  // returns at once and calls `receive` later, on any thread.
  virtual void Call(const nlohmann::ordered_json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) = 0;
};

using Tools = std::vector<std::unique_ptr<Tool>>;

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOL_H_
