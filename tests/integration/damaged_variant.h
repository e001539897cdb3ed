// Ways to damage one of the files that an agent relies on, and what must hold afterwards.
#ifndef SPECRELAY_TESTS_INTEGRATION_DAMAGED_VARIANT_H_
#define SPECRELAY_TESTS_INTEGRATION_DAMAGED_VARIANT_H_

#include <random>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "tests/integration/damage_stage.h"
#include "tests/integration/disk_image.h"

namespace specrelay {

enum class DamagedFile { kJournal, kApproval, kJobs, kAudit };
enum class DamageKind { kCutOff, kBitFlipped, kBitsFlipped };

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

#endif  // SPECRELAY_TESTS_INTEGRATION_DAMAGED_VARIANT_H_
