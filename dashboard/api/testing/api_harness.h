// The routes of the HTTP contract on a relay whose agents are scripts, all in the test's own thread.
#ifndef SPECRELAY_DASHBOARD_API_TESTING_API_HARNESS_H_
#define SPECRELAY_DASHBOARD_API_TESTING_API_HARNESS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dashboard/api/api_call.h"
#include "dashboard/api/json_values.h"
#include "dashboard/http/route.h"
#include "dashboard/openapi/schema.h"
#include "relay/key_admin.h"
#include "relay/key_store.h"
#include "relay/testing/relay_harness.h"
#include "relay/testing/scratch_keys_file.h"

namespace specrelay {

// Answers each command at once, on the thread that sends it.
class ScriptedAgent final : public AgentSession {
 public:
  using Script = std::function<absl::StatusOr<v1::CommandResult>(const v1::Command&)>;

  ScriptedAgent(Relay& relay, Script script) : relay_(relay), script_(std::move(script)) {}

  absl::Status Enqueue(v1::RelayFrame frame) override;
  void Flush() override;
  Queued queued() const override { return {}; }
  void Close(const absl::Status&) override {}

  // Commands that came, oldest first.
  const std::vector<v1::CommandDelivery>& commands() const { return commands_; }

  // The last of them, as {"specList": {}}; null when none has come.
  Json LastCommand() const;

  SessionId session = kNoSession;

 private:
  Relay& relay_;
  const Script script_;
  std::vector<v1::RelayFrame> queue_;
  std::vector<v1::CommandDelivery> commands_;
};

// Scripts: whatever the command, the result given as JSON of v1::CommandResult; a failure; an empty result.
ScriptedAgent::Script Answers(absl::string_view result_json);
ScriptedAgent::Script Fails(absl::Status status);
ScriptedAgent::Script AnswersEmpty();

struct ApiAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;
  Json json;  // discarded when the body is no JSON
};

// Every answer is held against the API's description: a status or a field that is not described fails the test.
class ApiHarness {
 public:
  ApiHarness();

  // Connects an agent of `project_id` on the machine.
  ScriptedAgent& Connect(absl::string_view project_id, ScriptedAgent::Script script,
                         absl::string_view machine_id = "machine-1");

  // Ends an agent's stream.
  void Disconnect(const ScriptedAgent& agent);

  // Calls a path with its parameters, as "/api/jobs?projectId=p1". The status is 404 when there is no such route.
  ApiAnswer Call(absl::string_view method, absl::string_view target, absl::string_view body = "",
                 const std::vector<std::pair<std::string, std::string>>& headers = {});

  RelayHarness relay;
  const ScratchKeysFile keys_file;
  const CreatedKey key;  // of the account, an admin's
  const std::unique_ptr<KeyStore> keys;
  ApiServices services;
  const std::vector<Route> routes;
  const Schema document;  // the API's description
  Role role = Role::kUser;
  std::string request_id = "request-1";

 private:
  void CheckAgainstDescription(const Route& route, absl::string_view body, const ApiAnswer& answer) const;

  std::vector<std::shared_ptr<ScriptedAgent>> agents_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_TESTING_API_HARNESS_H_
