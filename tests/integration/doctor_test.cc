// specrelay_agent doctor against a real server: what it finds, and that nobody notices it.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/cluster.h"
#include "tests/support/subprocess.h"

namespace specrelay {
namespace {

using testing::IsSupersetOf;
using testing::Pair;

class DoctorTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start());
    project_ = cluster_->Path("project");
    ASSERT_EQ(Run({"init", absl::StrCat("--project=", project_)}, ""), 0);
  }

  // Runs the agent with a key in its environment and keeps its output in `output_`. The exit code.
  int Run(std::vector<std::string> arguments, const std::string& key) {
    arguments.insert(arguments.begin(),
                     {"/bin/sh", "-c", "mkdir -p \"$0\" && exec mcp_agent/specrelay_agent \"$@\"", project_});
    auto agent = Subprocess::Start(arguments, {{"SPECRELAY_API_KEY", key}, {"SPECRELAY_HOME", cluster_->Path("home")}});
    EXPECT_THAT(agent, IsOk());
    output_.clear();
    for (auto line = (*agent)->ReadLine(kPatience); line.ok(); line = (*agent)->ReadLine(kPatience)) {
      absl::StrAppend(&output_, *line, "\n");
    }
    return (*agent)->Wait(kPatience).value_or(-1);
  }

  int Doctor(const std::string& key) {
    const int exit_code = Run(
        {"doctor", "--json", absl::StrCat("--project=", project_), absl::StrCat("--relay=", cluster_->grpc_address())},
        key);
    const auto json = nlohmann::json::parse(output_, nullptr, /*allow_exceptions=*/false);
    EXPECT_TRUE(json.is_object()) << output_;
    states_.clear();
    for (const auto& check : json.value("checks", nlohmann::json::array())) states_[check["name"]] = check["state"];
    return exit_code;
  }

  std::unique_ptr<Cluster> cluster_;
  std::string project_;
  std::string output_;
  std::map<std::string, std::string> states_;
};

TEST_F(DoctorTest, AnAgentsKeyPassesEveryCheckAndRegistersNothing) {
  EXPECT_EQ(Doctor(cluster_->KeyFor(Role::kAgent)), 0) << output_;
  EXPECT_THAT(states_,
              IsSupersetOf({Pair("tree", "ok"), Pair("writing", "ok"), Pair("relay", "ok"), Pair("encryption", "ok"),
                            Pair("key", "ok"), Pair("role", "ok"), Pair("protocol", "ok"), Pair("clock", "ok")}));
  ASSERT_OK_AND_ASSIGN(const v1::ListProjectsResponse projects, cluster_->User().ListProjects());
  EXPECT_EQ(projects.projects_size(), 0);
}

TEST_F(DoctorTest, AKeyOfAnotherRoleFails) {
  EXPECT_EQ(Doctor(cluster_->KeyFor(Role::kUser)), 1);
  EXPECT_THAT(states_, IsSupersetOf({Pair("key", "ok"), Pair("role", "failed")}));
}

TEST_F(DoctorTest, AKeyThatTheServerDoesNotKnowFails) {
  EXPECT_EQ(Doctor("srk_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg4aXInI"), 1);
  EXPECT_EQ(states_["key form"], "ok");
  EXPECT_EQ(states_["key"], "failed");
}

TEST_F(DoctorTest, AServerThatIsGoneFails) {
  cluster_->server().Signal(9);
  ASSERT_THAT(cluster_->server().Wait(kPatience), IsOk());
  EXPECT_EQ(Doctor(cluster_->KeyFor(Role::kAgent)), 1);
  EXPECT_EQ(states_["relay"], "failed");
}

}  // namespace
}  // namespace specrelay
