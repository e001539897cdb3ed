// One command of a simulated client, from the first try to its end.
#ifndef SPECRELAY_TESTS_SIMULATION_OPERATION_H_
#define SPECRELAY_TESTS_SIMULATION_OPERATION_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "specrelay/v1/command.pb.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

struct Operation {
  enum class Kind {
    kWrite,   // of a whole file, with content of its own; conditional when there is a `base_hash`
    kLogAdd,  // of an entry with a summary of its own
    kTick,    // of one task
    kRead,    // of a file
  };

  enum class End {
    kNone,     // it has not ended
    kApplied,  // it took effect; for a read, `content` was there
    kRefused,  // it did not take effect, and never will
    // It was taken back when an earlier try may have taken effect already, of which nobody will hear.
    kWithdrawn,
  };

  std::string id;
  std::string request_id;  // the same, until it is sent again over a conflict
  Kind kind = Kind::kRead;
  std::string project_id;
  std::string path;
  absl::optional<std::string> base_hash;
  // What it was sent again over, after conflicts: hashes, or nothing when it was to replace whatever is there.
  std::vector<absl::optional<std::string>> resent_over;
  v1::Command command;
  bool persistent = false;  // goes on until it has been answered, however often nobody is there
  v1::OfflinePolicy policy = v1::OFFLINE_POLICY_FAIL;
  bool to_be_cancelled = false;           // its author takes it back when told that it is queued
  absl::optional<absl::Time> asked_back;  // and has said so since

  int tries = 0;
  int taken_by = 0;           // the start of the relay that has it and has not said how it ended; 0: none
  bool maybe_resent = false;  // the answer to a decision to resend was lost
  // Whether an earlier try may have taken effect, so that only the agent can tell.
  bool unsure = false;
  absl::Time begun;
  absl::Time heard;  // of it last
  absl::Time ended;
  End end = End::kNone;
  std::string reason;                   // why it was refused
  absl::optional<std::string> content;  // what was to be written, or was read
  std::function<void(const Operation&)> done;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_OPERATION_H_
