// A project and a machine's directory with something in each file that an agent relies on.
#ifndef SPECRELAY_TESTS_INTEGRATION_DAMAGE_STAGE_H_
#define SPECRELAY_TESTS_INTEGRATION_DAMAGE_STAGE_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "specrelay/v1/approval.pb.h"
#include "specrelay/v1/command.pb.h"
#include "specrelay/v1/job.pb.h"

namespace specrelay {

// Sends a command to an agent, however it is reached.
using SendCommand =
    std::function<absl::StatusOr<v1::CommandResult>(const std::string& request_id, const v1::Command& command)>;

// What a whole agent answers.
struct WholeAnswers {
  struct Write {
    std::string request_id;
    v1::Command command;
    v1::CommandResult result;
  };
  std::vector<Write> writes;  // of the project, in their order
  std::map<std::string, v1::Approval> approvals;
  std::map<std::string, v1::Job> jobs;
};

// Not thread-safe.
class DamageStage {
 public:
  // Fails the test when the stage cannot be set.
  DamageStage();

  const WholeAnswers& answers() const { return answers_; }
  // Copies what an agent has left into `directory`, as project/ and machine/.
  void CopyTo(const std::string& directory) const;

 private:
  void Perform(const SendCommand& send, absl::string_view command_json);

  TempDir directory_;
  WholeAnswers answers_;
};

// A command given as JSON; fails the test when it is none.
v1::Command ParseCommand(absl::string_view json);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_DAMAGE_STAGE_H_
