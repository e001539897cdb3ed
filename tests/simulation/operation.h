// One command of a simulated client, from the first try to its end.
#ifndef SPECRELAY_TESTS_SIMULATION_OPERATION_H_
#define SPECRELAY_TESTS_SIMULATION_OPERATION_H_

#include <string>

#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "specrelay/v1/command.pb.h"

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
  };

  std::string id;
  Kind kind = Kind::kRead;
  std::string project_id;
  std::string path;
  absl::optional<std::string> base_hash;
  v1::Command command;
  bool persistent = false;  // goes on until it has been answered, however often nobody is there
  bool queued = false;      // waits at the relay for the agent

  int tries = 0;
  // Whether an earlier try may have taken effect, so that only the agent can tell.
  bool unsure = false;
  absl::Time begun;
  absl::Time last_try;
  absl::Time ended;
  End end = End::kNone;
  std::string reason;                   // why it was refused
  absl::optional<std::string> content;  // what was to be written, or was read
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_OPERATION_H_
