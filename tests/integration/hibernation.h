// An agent that is stopped for long with writes behind it, as on a laptop that sleeps, and then continued.
#ifndef SPECRELAY_TESTS_INTEGRATION_HIBERNATION_H_
#define SPECRELAY_TESTS_INTEGRATION_HIBERNATION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace specrelay {

struct HibernationOptions {
  // From SIGSTOP to SIGCONT; as long as it takes to find out and to queue everything, when that is longer.
  absl::Duration stopped = absl::ZeroDuration();
  std::vector<std::string> server_flags;
  int files = 5;
  int rounds = 6;  // of writes, one for each file, each based on the one before
};

struct HibernationReport {
  absl::Duration stopped;
  absl::Duration found_out_after;  // SIGSTOP
  std::string found_out_by;        // as watchers are told
  absl::Duration caught_up_after;  // SIGCONT
  int sent = 0;                    // writes that the relay still sent, before it had found out
  int queued = 0;
  int applied = 0;
  int lost = 0;          // that is, not applied
  int doubled = 0;       // on the audit's record more than once
  int out_of_order = 0;  // places in the audit where another queued write was expected
  std::vector<std::string> details;
};

// Runs it with real processes of their own. An error means that it could not be carried out.
absl::StatusOr<HibernationReport> Hibernate(const HibernationOptions& options);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_HIBERNATION_H_
