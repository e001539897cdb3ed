// The stage for tests that send each command through a real server to a real agent on the recorded tree.
#ifndef SPECRELAY_TESTS_INTEGRATION_COMMAND_FIXTURE_H_
#define SPECRELAY_TESTS_INTEGRATION_COMMAND_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "specrelay/v1/command.pb.h"
#include "tests/integration/disk_image.h"
#include "tests/support/cluster.h"

namespace specrelay {

// What a write did.
struct Performed {
  std::string request_id;
  v1::CommandResult result;
  std::vector<std::string> changes;         // as DiskChanges(), without the audits
  std::vector<nlohmann::json> audit_lines;  // new ones of the project's audit and of the machine's
};

// Commands are given as JSON of v1::Command, for example {"specList": {}}. Each helper fails the test by itself when
// the command does not end as its name says, and notes for CommandCoverage what it has shown.
class CommandFixture : public testing::Test {
 protected:
  static constexpr char kProject[] = "p1";

  void SetUp() override;

  // Restarts the agent and sends every write anew: each gets the answer it got, and nothing changes.
  void TearDown() override;

  // A read with its answer. It leaves no trace on disk.
  v1::CommandResult Read(absl::string_view command_json);

  // A write. At once it is sent again under its id, which gets the same answer and changes nothing, and then another
  // content under the same id, which is INVALID_ARGUMENT and changes nothing either.
  Performed Perform(absl::string_view command_json);

  // The same for a write that must be on the record with one line that names it, its sender and the files it changed.
  Performed Write(absl::string_view command_json);

  // A command that is refused, changes nothing on disk, and says why in words that contain `words`.
  void Refused(absl::string_view command_json, absl::StatusCode code, absl::string_view words);

  // What the last refusal said to programs.
  const v1::CommandError& refusal() const { return refusal_; }

  // Content of a file, by its path in a DiskImage.
  std::string File(absl::string_view path) const;
  void PutFile(absl::string_view path, absl::string_view bytes) const;
  nlohmann::ordered_json JsonFile(absl::string_view path) const;

  // Waits until the agent has `count` commands in flight.
  void WaitInFlight(int count);

  // Ends the agent, gracefully or not, and starts another on the same directories.
  void RestartAgent(int signal);

  DiskImage Disk() const;
  Cluster& cluster() { return *cluster_; }
  Client& user() { return *user_; }
  const std::string& project_dir() const { return project_dir_; }
  std::string machine_dir() const { return cluster_->Path("machine"); }

 private:
  struct Sent {
    v1::ExecuteRequest request;
    v1::CommandResult result;
  };

  v1::ExecuteRequest Request(absl::string_view command_json, absl::string_view request_id) const;
  void ExpectSameAnswer(const Sent& sent, absl::string_view when);
  void ExpectOtherContentRefused(const Sent& sent);
  std::string AbsolutePath(absl::string_view path) const;

  std::unique_ptr<Cluster> cluster_;
  std::unique_ptr<Client> user_;
  std::string project_dir_;
  Subprocess* agent_ = nullptr;
  int last_request_ = 0;
  std::vector<Sent> sent_;
  v1::CommandError refusal_;
};

// The keys of a JSON object, in their order.
std::vector<std::string> KeysOf(const nlohmann::ordered_json& object);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_COMMAND_FIXTURE_H_
