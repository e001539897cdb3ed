// Keys at a server: nothing without one, nothing of another account, nothing after it is revoked.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/api_key.h"
#include "relay/relay_server.h"
#include "relay/testing/raw_call.h"
#include "relay/testing/relay_server_fixture.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RelayServerAccessTest : public RelayServerTest {
 protected:
  // ListProjects with `authorization` as it is.
  grpc::Status CallWith(const std::vector<std::string>& authorization) const {
    const auto context = Context("");
    for (const std::string& value : authorization) context->AddMetadata("authorization", value);
    v1::ListProjectsResponse response;
    return v1::Relay::NewStub(channel_)->ListProjects(context.get(), {}, &response);
  }
};

TEST_F(RelayServerAccessTest, EveryMethodNeedsAKey) {
  StartServer();
  for (const char* method : {"Relay/Execute", "Relay/Submit", "Relay/WaitCommand", "Relay/Watch", "Relay/ListProjects",
                             "Relay/ListAgents", "AgentGateway/Connect"}) {
    const RawResult result = RawCall(channel_, absl::StrCat("/specrelay.v1.", method), {""}, "");
    EXPECT_EQ(result.status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << method;
    EXPECT_THAT(result.status.error_message(), HasSubstr("authorization: Bearer"));
  }
}

TEST_F(RelayServerAccessTest, WhatIsNoKeyOfOursIsRefusedAndNeverRepeated) {
  StartServer();
  const std::string unknown = GenerateApiKey();
  const std::string mistyped = user_key_.substr(0, user_key_.size() - 1) + "!";
  for (const std::string& value :
       {absl::StrCat("Bearer ", unknown), absl::StrCat("Bearer ", mistyped), std::string("Bearer "),
        std::string("Bearer"), std::string("Basic dTpw"), user_key_, absl::StrCat("Bearer", user_key_)}) {
    const grpc::Status status = CallWith({value});
    EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << value;
    EXPECT_THAT(status.error_message(), AllOf(Not(HasSubstr(unknown)), Not(HasSubstr(user_key_))));
  }
}

TEST_F(RelayServerAccessTest, TheSchemeIsReadInAnyCase) {
  StartServer();
  EXPECT_TRUE(CallWith({absl::StrCat("bearer ", user_key_)}).ok());
  EXPECT_TRUE(CallWith({absl::StrCat("BEARER ", user_key_)}).ok());
}

TEST_F(RelayServerAccessTest, TwoKeysAreOneTooMany) {
  StartServer();
  const std::string value = absl::StrCat("Bearer ", user_key_);
  const grpc::Status status = CallWith({value, value});
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(status.error_message(), HasSubstr("once"));
}

TEST_F(RelayServerAccessTest, AnAgentsKeyIsNoUsers) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  EXPECT_THAT(Execute(SpecListRequestFor("p1"), agent_key_), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(ListProjects(agent_key_), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(WaitCommand("r1", agent_key_), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(RelayServerAccessTest, AViewerReadsAndDoesNotWrite) {
  const std::string viewer = MakeKey(Role::kViewer).key;
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  EXPECT_THAT(Execute(SpecListRequestFor("p1"), viewer), IsOk());
  EXPECT_THAT(Execute(FileWriteRequest("p1", ""), viewer),
              IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("user")));
}

TEST_F(RelayServerAccessTest, AnotherAccountsProjectDoesNotExist) {
  const std::string stranger = MakeKey(Role::kAdmin, "other").key;
  StartServer();
  const auto agent = StartAgent("p1", "uid-1");
  EXPECT_THAT(Execute(SpecListRequestFor("p1"), stranger), HasCode(absl::StatusCode::kNotFound));
  EXPECT_EQ(ListProjects(stranger)->projects_size(), 0);
  EXPECT_EQ(ListProjects(user_key_)->projects_size(), 1);
  ASSERT_THAT(Submit(SpecListRequestFor("p1", "r1")), IsOk());
  EXPECT_THAT(WaitCommand("r1", stranger), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(WaitCommand("r1", user_key_), IsOk());
  // Not even the words differ from those for a project that nobody has.
  EXPECT_EQ(
      absl::StrReplaceAll(std::string(Execute(SpecListRequestFor("p1"), stranger).status().message()), {{"p1", "_"}}),
      absl::StrReplaceAll(std::string(Execute(SpecListRequestFor("p9"), stranger).status().message()), {{"p9", "_"}}));
}

TEST_F(RelayServerAccessTest, AKeyThatIsBoundToAProjectSeesNoOther) {
  const std::string scoped = MakeKey(Role::kUser, "acme", {"p1"}).key;
  StartServer();
  const auto agent1 = StartAgent("p1", "uid-1");
  const auto agent2 = StartAgent("p2", "uid-2");
  EXPECT_THAT(Execute(SpecListRequestFor("p1"), scoped), IsOk());
  EXPECT_THAT(Execute(SpecListRequestFor("p2"), scoped), Not(IsOk()));
  ASSERT_EQ(ListProjects(scoped)->projects_size(), 1);
  EXPECT_EQ(ListProjects(scoped)->projects(0).project_id(), "p1");
}

TEST_F(RelayServerAccessTest, ANewKeyWorksWithoutARestart) {
  StartServer();
  const std::string key = MakeKey(Role::kUser).key;
  EXPECT_TRUE(Eventually([&] { return ListProjects(key).ok(); }));
}

TEST_F(RelayServerAccessTest, RevocationRefusesCallsAndEndsStreams) {
  const CreatedKey user = MakeKey(Role::kUser);
  const CreatedKey agent_key = MakeKey(Role::kAgent);
  StartServer();
  const auto stays = StartAgent("p1", "uid-1");
  const auto agent = std::make_unique<FakeAgent>(Connect(), agent_key.key, Applied);
  agent->SendRegister(RegistrationOf("p2", "uid-2"));
  agent->WaitFor([](const v1::RelayFrame& frame) { return frame.has_welcome(); });
  const auto context = Context(user.key);
  const auto watcher = v1::Relay::NewStub(channel_)->Watch(context.get(), {});
  v1::WatchResponse response;
  ASSERT_TRUE(watcher->Read(&response));

  ASSERT_THAT(RevokeKeyById(keys_file_.path(), user.record.principal.key_id, clock_), IsOk());
  ASSERT_THAT(RevokeKeyById(keys_file_.path(), agent_key.record.principal.key_id, clock_), IsOk());
  while (watcher->Read(&response)) {
  }
  const grpc::Status watch_status = watcher->Finish();
  EXPECT_EQ(watch_status.error_code(), grpc::StatusCode::UNAUTHENTICATED) << watch_status.error_message();
  EXPECT_EQ(agent->WaitForEnd().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_THAT(ListProjects(user.key), HasCode(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(Execute(SpecListRequestFor("p1")), IsOk()) << "other keys are not touched";
}

}  // namespace
}  // namespace specrelay
