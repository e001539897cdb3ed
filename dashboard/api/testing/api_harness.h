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
  void Close(const absl::Status&) override {}

  // Commands that came, oldest first.
  const std::vector<v1::CommandDelivery>& commands() const { return commands_; }

  SessionId session = kNoSession;

 private:
  Relay& relay_;
  const Script script_;
  std::vector<v1::RelayFrame> queue_;
  std::vector<v1::CommandDelivery> commands_;
};

struct ApiAnswer {
  int status = 0;
  std::map<std::string, std::string> headers;
  Json json;  // discarded when the body is no JSON
};

class ApiHarness {
 public:
  ApiHarness();

  // Connects an agent of `project_id` on the machine.
  ScriptedAgent& Connect(absl::string_view project_id, ScriptedAgent::Script script,
                         absl::string_view machine_id = "machine-1");

  // Calls a path with its parameters, as "/api/jobs?projectId=p1". The status is 404 when there is no such route.
  ApiAnswer Call(absl::string_view method, absl::string_view target, absl::string_view body = "",
                 const std::vector<std::pair<std::string, std::string>>& headers = {});

  RelayHarness relay;
  const ScratchKeysFile keys_file;
  const CreatedKey key;  // of the account, an admin's
  const std::unique_ptr<KeyStore> keys;
  ApiServices services;
  const std::vector<Route> routes;
  Role role = Role::kUser;

 private:
  std::vector<std::shared_ptr<ScriptedAgent>> agents_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_TESTING_API_HARNESS_H_
