// A project and a machine's directory with something in each file that an agent relies on, ways to damage one of these
// files, and what must hold afterwards.
#ifndef SPECRELAY_TESTS_INTEGRATION_DAMAGE_STAGE_H_
#define SPECRELAY_TESTS_INTEGRATION_DAMAGE_STAGE_H_

#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "specrelay/v1/approval.pb.h"
#include "specrelay/v1/command.pb.h"
#include "specrelay/v1/job.pb.h"
#include "tests/integration/disk_image.h"

namespace specrelay {

enum class DamagedFile { kJournal, kApproval, kJobs, kAudit };
enum class DamageKind { kCutOff, kBitFlipped, kBitsFlipped };

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

// One damaged file among whole ones, in a directory of its own.
class Variant {
 public:
  Variant(const DamageStage& stage, DamagedFile file, DamageKind kind, std::mt19937& random);

  std::string project_dir() const { return directory_.Join("project"); }
  std::string machine_dir() const { return directory_.Join("machine"); }
  // For the messages of a test that fails.
  std::string Describe() const;

  // To be called when the agent has started. Everything that is whole must be answered as before, what is damaged must
  // be said or answered, and a new write must work.
  void ExpectTheRestAnswers(const SendCommand& send);

  // To be called at the end, with what the agent has written to stderr: the damage is on it, the damaged bytes are on
  // disk, in their place or beside it, and no other file has changed but `also_changed`, as DiskChanges() has them.
  void ExpectNothingLost(absl::string_view log, const std::set<std::string>& also_changed = {}) const;

 private:
  void Damage(DamageKind kind, std::mt19937& random);
  void ExpectApprovals(const SendCommand& send);
  void ExpectJobs(const SendCommand& send);
  void ExpectResending(const SendCommand& send);
  void ExpectAudit(absl::string_view log) const;
  void ExpectJournal(absl::string_view log) const;
  // Whether a file beside the damaged one holds what was damaged.
  bool IsKeptBeside() const;
  bool Touches(size_t begin, size_t end) const;

  const DamageStage& stage_;
  const DamagedFile file_;
  TempDir directory_;
  std::string path_;        // of the damaged file, relative to directory_
  std::string whole_;       // its content before
  std::string damaged_;     // and after
  std::set<size_t> flips_;  // changed bytes; empty for a file that was cut off
  DiskImage before_;
  bool said_ = false;  // a command's error has named the file
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_DAMAGE_STAGE_H_
