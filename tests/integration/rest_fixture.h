// The stage for tests of the HTTP interface: a real server, a real agent, and the recorded tree as it was when the
// recording began.
#ifndef SPECRELAY_TESTS_INTEGRATION_REST_FIXTURE_H_
#define SPECRELAY_TESTS_INTEGRATION_REST_FIXTURE_H_

#include <httplib.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/support/cluster.h"

namespace specrelay {

// Id of the recorded project.
inline constexpr char kRecordedProject[] = "YXnWfJ6A6_X3N1ZS";
// A decided and a pending approval of the recorded tree.
inline constexpr char kDecidedApproval[] = "approval_1795227691095_vxha7e9ph";
inline constexpr char kPendingApproval[] = "approval_1795227691108_1b48edv3j";
// What stands in files of the project beside the tree.
inline constexpr char kSecret[] = "outside of the tree";

// Sends whatever JSON it is told, with a key. Not thread-safe.
class RestClient {
 public:
  RestClient(const std::string& address, const std::string& key);

  // No body when `body` is null.
  httplib::Result Send(const std::string& method, const std::string& target,
                       const nlohmann::ordered_json& body = nullptr);

 private:
  httplib::Client client_;
  const httplib::Headers headers_;
};

class RestFixture : public testing::Test {
 protected:
  void SetUp() override;

  // Ends the agent and starts another on the same directories.
  void RestartAgent();

  Cluster& cluster() { return *cluster_; }
  RestClient& client() { return *client_; }  // a user's
  const std::string& project_dir() const { return project_dir_; }

 private:
  std::string Tree(absl::string_view path) const;
  // The sample was taken when the recording was over: takes back what the recorded writes did.
  void RewindTree() const;

  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<RestClient> client_;
  std::string project_dir_;
  Subprocess* agent_ = nullptr;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_REST_FIXTURE_H_
