#include "tests/integration/rest_fixture.h"

#include <signal.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/sample_tree.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

void RewindSnapshots(const std::string& directory) {
  Json metadata = Json::parse(ReadFileOrDie(directory + "metadata.json"));
  metadata["currentVersion"] = 2;
  metadata["snapshots"].erase(2);
  metadata["snapshots"].erase(2);
  WriteFileOrDie(directory + "metadata.json", metadata.dump(2));
  fs::remove(directory + "snapshot-003.json");
  fs::remove(directory + "snapshot-004.json");
}

}  // namespace

RestClient::RestClient(const std::string& address, const std::string& key)
    : client_(absl::StrCat("http://", address)), headers_{{"Authorization", absl::StrCat("Bearer ", key)}} {
  client_.set_read_timeout(60);
}

httplib::Result RestClient::Send(const std::string& method, const std::string& target, const Json& body) {
  httplib::Request request;
  request.method = method;
  request.path = target;
  request.headers = headers_;
  if (!body.is_null()) {
    request.body = body.dump();
    request.headers.emplace("Content-Type", "application/json");
  }
  return client_.send(request);
}

void RestFixture::SetUp() {
  ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start());
  project_dir_ = cluster_->Path("proj");
  CopySampleTree(project_dir_, absl::Now());
  RewindTree();
  WriteFileOrDie(project_dir_ + "/secret.md", kSecret);
  WriteFileOrDie(project_dir_ + "/requirements.md", kSecret);
  ASSERT_OK_AND_ASSIGN(agent_, cluster_->StartAgent(project_dir_, kRecordedProject));
  client_ = std::make_unique<RestClient>(cluster_->http_address(), cluster_->KeyFor(Role::kUser));
}

void RestFixture::RestartAgent() {
  agent_->Signal(SIGTERM);
  ASSERT_OK_AND_ASSIGN(const int exit_code, agent_->Wait(kPatience));
  EXPECT_EQ(exit_code, 0);
  ASSERT_OK_AND_ASSIGN(agent_, cluster_->StartAgent(project_dir_, kRecordedProject));
}

std::string RestFixture::Tree(absl::string_view path) const {
  return absl::StrCat(project_dir_, "/.spec-context/", path);
}

void RestFixture::RewindTree() const {
  fs::remove(Tree("steering/tech.md"));
  fs::remove_all(Tree("specs/user-auth/Implementation Logs"));
  WriteFileOrDie(Tree("specs/user-auth/design.md"), "# Design\n\nA session service.\n");
  const std::string tasks = Tree("specs/user-auth/tasks.md");
  WriteFileOrDie(tasks, absl::StrReplaceAll(ReadFileOrDie(tasks), {{"- [x] 3.", "- [ ] 3."}}));
  const std::string decided = Tree(absl::StrCat("approvals/user-auth/", kPendingApproval, ".json"));
  Json approval = Json::parse(ReadFileOrDie(decided));
  approval["status"] = "pending";
  for (const char* field : {"response", "annotations", "respondedAt", "comments"}) approval.erase(field);
  WriteFileOrDie(decided, approval.dump(2));
  RewindSnapshots(Tree("approvals/user-auth/.snapshots/requirements.md/"));
}

}  // namespace specrelay
