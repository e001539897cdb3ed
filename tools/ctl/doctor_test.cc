#include "tools/ctl/doctor.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "relay/api_key.h"
#include "tools/ctl/testing/ctl_runner.h"
#include "tools/ctl/testing/fake_relay.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class DoctorTest : public testing::Test {
 protected:
  DoctorTest() {
    options_.relay = relay_.address();
    options_.api_key = GenerateApiKey();
    relay_.role = "user";
    relay_.on_projects = [](v1::ListProjectsResponse& response) {
      v1::ProjectStatus& online = *response.add_projects();
      online.set_project_id("p1");
      online.set_online(true);
      v1::ProjectStatus& offline = *response.add_projects();
      offline.set_project_id("p2");
      offline.set_path("/home/a/p2");
      offline.mutable_machine()->set_host_name("workshop");
      return grpc::Status::OK;
    };
  }

  FakeRelay relay_;
  CtlOptions options_;
};

TEST_F(DoctorTest, WhenAllIsWellEveryCheckSaysWhatItFound) {
  const CtlResult result = Ctl(options_, {"doctor"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, AllOf(HasSubstr("ok    settings"), HasSubstr("ok    connection"), HasSubstr("ok    key"),
                                HasSubstr("ok    role: user: may read, watch and write"),
                                HasSubstr("ok    projects: 2 known, 1 with a connected agent")));
  EXPECT_THAT(result.out, Not(HasSubstr(options_.api_key)));
}

TEST_F(DoctorTest, ViewersAreToldThatTheyCannotWrite) {
  relay_.role = "viewer";
  EXPECT_THAT(Ctl(options_, {"doctor"}).out, HasSubstr("writing needs a key of the role user"));
}

TEST_F(DoctorTest, ARelayThatDoesNotTellTheRoleIsNoFailure) {
  relay_.role.clear();
  const CtlResult result = Ctl(options_, {"doctor"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, HasSubstr("may at least read"));
}

TEST_F(DoctorTest, AsJsonTheChecksAreAList) {
  options_.json_output = true;
  const nlohmann::json json = Ctl(options_, {"doctor"}).OutJson();
  EXPECT_EQ(json["ok"], true);
  ASSERT_EQ(json["checks"].size(), 5u);
  EXPECT_EQ(json["checks"][0]["name"], "settings");
  EXPECT_EQ(json["checks"][4]["name"], "projects");
}

TEST_F(DoctorTest, AMissingKeyFailsTheSettings) {
  options_.api_key.clear();
  const CtlResult result = Ctl(options_, {"doctor"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.out, AllOf(HasSubstr("FAIL  settings"), HasSubstr("--api_key_file"), Not(HasSubstr("ok"))));
}

TEST_F(DoctorTest, AnUnreachableRelayFailsTheConnection) {
  options_.json_output = true;
  {
    const FakeRelay gone;
    options_.relay = gone.address();
  }
  const CtlResult result = Ctl(options_, {"doctor"});
  EXPECT_EQ(result.exit_code, 5);
  const nlohmann::json json = result.OutJson();
  EXPECT_EQ(json["ok"], false);
  ASSERT_EQ(json["checks"].size(), 2u);
  EXPECT_EQ(json["checks"][1]["ok"], false);
  EXPECT_THAT(std::string(json["checks"][1]["message"]), HasSubstr("check --relay"));
}

TEST_F(DoctorTest, ARefusedKeyFailsTheKey) {
  relay_.on_projects = [](v1::ListProjectsResponse&) {
    return ToGrpcStatus(absl::UnauthenticatedError("unknown key; make one"));
  };
  const CtlResult result = Ctl(options_, {"doctor"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.out, AllOf(HasSubstr("ok    connection"), HasSubstr("FAIL  key: unknown key; make one")));
}

TEST_F(DoctorTest, AnAgentKeyFailsTheRole) {
  relay_.on_projects = [](v1::ListProjectsResponse&) {
    return ToGrpcStatus(absl::PermissionDeniedError("this is an agent key; use a user key"));
  };
  const CtlResult result = Ctl(options_, {"doctor"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.out, AllOf(HasSubstr("ok    key"), HasSubstr("FAIL  role: this is an agent key")));
}

TEST_F(DoctorTest, ProjectsWithoutAnyAgentFail) {
  relay_.on_projects = [](v1::ListProjectsResponse&) { return grpc::Status::OK; };
  const CtlResult result = Ctl(options_, {"doctor"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.out, HasSubstr("FAIL  projects: no project has a connected agent; start specrelay_agent"));
}

TEST_F(DoctorTest, TheProjectThatWasNamedIsTheOneThatCounts) {
  options_.project = "p1";
  EXPECT_EQ(Ctl(options_, {"doctor"}).exit_code, 0);
  options_.project = "p2";
  const CtlResult offline = Ctl(options_, {"doctor"});
  EXPECT_EQ(offline.exit_code, 5);
  EXPECT_THAT(offline.out, HasSubstr("start specrelay_agent on workshop for /home/a/p2"));
  options_.project = "p3";
  EXPECT_EQ(Ctl(options_, {"doctor"}).exit_code, 3);
}

TEST_F(DoctorTest, ArgumentsAreUsageErrors) { EXPECT_EQ(Ctl(options_, {"doctor", "x"}).exit_code, 1); }

}  // namespace
}  // namespace specrelay
