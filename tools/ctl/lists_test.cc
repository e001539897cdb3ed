#include "tools/ctl/lists.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "relay/api_key.h"
#include "tools/ctl/testing/ctl_runner.h"
#include "tools/ctl/testing/fake_relay.h"

namespace specrelay {
namespace {

class ListsTest : public testing::Test {
 protected:
  ListsTest() {
    options_.relay = relay_.address();
    options_.api_key = GenerateApiKey();
  }

  FakeRelay relay_;
  CtlOptions options_;
};

TEST_F(ListsTest, EveryProjectHasItsId) {
  relay_.on_projects = [](v1::ListProjectsResponse& response) {
    for (const char* id : {"p1", "p2"}) response.add_projects()->set_project_id(id);
    response.mutable_projects(0)->set_online(true);
    return grpc::Status::OK;
  };
  const CtlResult result = Ctl(options_, {"projects"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const nlohmann::json projects = result.OutJson()["projects"];
  ASSERT_EQ(projects.size(), 2u);
  EXPECT_EQ(projects[0]["projectId"], "p1");
  EXPECT_EQ(projects[0]["online"], true);
  EXPECT_EQ(projects[1]["projectId"], "p2");
}

TEST_F(ListsTest, EmptyListsAreListsToo) {
  EXPECT_EQ(Ctl(options_, {"projects"}).out, "{\"projects\":[]}\n");
  EXPECT_EQ(Ctl(options_, {"agents"}).out, "{\"agents\":[]}\n");
}

TEST_F(ListsTest, AgentsAreThoseOfTheProjectThatWasNamed) {
  relay_.on_agents = [](const v1::ListAgentsRequest& request, v1::ListAgentsResponse& response) {
    response.add_agents()->set_project_id(request.project_id());
    return grpc::Status::OK;
  };
  options_.project = "p7";
  EXPECT_EQ(Ctl(options_, {"agents"}).OutJson()["agents"][0]["projectId"], "p7");
}

TEST_F(ListsTest, ARefusalOfTheRelayIsToldAsItIs) {
  relay_.on_projects = [](v1::ListProjectsResponse&) {
    return ToGrpcStatus(absl::UnauthenticatedError("the API key \"x\" was revoked"));
  };
  relay_.on_agents = [](const v1::ListAgentsRequest&, v1::ListAgentsResponse&) {
    return ToGrpcStatus(absl::PermissionDeniedError("this is an agent key"));
  };
  EXPECT_EQ(Ctl(options_, {"projects"}).exit_code, 4);
  EXPECT_EQ(Ctl(options_, {"projects"}).ErrJson()["error"], "the API key \"x\" was revoked");
  EXPECT_EQ(Ctl(options_, {"agents"}).ErrJson()["code"], "PERMISSION_DENIED");
}

TEST_F(ListsTest, ArgumentsAreUsageErrors) {
  EXPECT_EQ(Ctl(options_, {"projects", "p1"}).exit_code, 1);
  EXPECT_EQ(Ctl(options_, {"agents", "p1"}).exit_code, 1);
}

}  // namespace
}  // namespace specrelay
