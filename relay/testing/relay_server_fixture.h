// A server on a free port with keys in a file, its clients and agents; the base of the tests of the server.
#ifndef SPECRELAY_RELAY_TESTING_RELAY_SERVER_FIXTURE_H_
#define SPECRELAY_RELAY_TESTING_RELAY_SERVER_FIXTURE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "proto/support/testing/fake_clock.h"
#include "relay/key_admin.h"
#include "relay/relay.h"
#include "relay/relay_server.h"
#include "relay/testing/fake_agent.h"
#include "relay/testing/relay_harness.h"
#include "relay/testing/scratch_keys_file.h"
#include "specrelay/v1/relay.grpc.pb.h"

namespace specrelay {

// Policy time stands still unless a test moves `clock_`; the ticker runs on real time, ten times as often as usual.
class RelayServerTest : public testing::Test {
 protected:
  RelayServerTest();
  ~RelayServerTest() override;

  // Uses relay_options_ and server_options_.
  void StartServer();

  // A new key; the account is "acme" unless said otherwise.
  CreatedKey MakeKey(Role role, absl::string_view account = "acme", std::vector<std::string> scopes = {});

  // A connection of its own.
  std::shared_ptr<grpc::Channel> Connect(grpc::ChannelArguments arguments = {}) const;

  // A call's context with a key and a deadline that no healthy call meets.
  static std::unique_ptr<grpc::ClientContext> Context(absl::string_view key);

  // Calls over `channel_`.
  absl::StatusOr<v1::ExecuteResponse> Execute(const v1::ExecuteRequest& request, absl::string_view key) const;
  absl::StatusOr<v1::ExecuteResponse> Execute(const v1::ExecuteRequest& request) const {
    return Execute(request, user_key_);
  }
  absl::StatusOr<v1::SubmitResponse> Submit(const v1::ExecuteRequest& request) const;
  absl::StatusOr<v1::CommandStatus> WaitCommand(absl::string_view request_id, absl::string_view key) const;
  absl::StatusOr<v1::ListProjectsResponse> ListProjects(absl::string_view key) const;

  // Starts an agent over a connection of its own, which has been welcomed when this returns.
  std::unique_ptr<FakeAgent> StartAgent(absl::string_view project_id, absl::string_view instance_uid,
                                        FakeAgent::Handler handler = Applied);

  // Polls until `condition` holds; false when a generous time passes before.
  static bool Eventually(const std::function<bool()>& condition);

  const ScratchKeysFile keys_file_;
  FakeClock clock_;
  RelayOptions relay_options_;
  RelayServerOptions server_options_;
  std::string user_key_;
  std::string agent_key_;

  std::unique_ptr<KeyStore> keys_;
  std::unique_ptr<Relay> relay_;
  std::unique_ptr<RelayServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// A write of `bytes` bytes, as a client sends it.
v1::ExecuteRequest FileWriteRequest(absl::string_view project_id, absl::string_view request_id, size_t bytes = 1);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TESTING_RELAY_SERVER_FIXTURE_H_
