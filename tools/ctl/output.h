// What specrelay_ctl prints and how it exits: results as one JSON line each on the standard output, a failure as one
// JSON line on the standard error, and an exit code for each kind of failure.
#ifndef SPECRELAY_TOOLS_CTL_OUTPUT_H_
#define SPECRELAY_TOOLS_CTL_OUTPUT_H_

#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace specrelay {

// Exit codes; scripts rely on the numbers, and help.cc explains them.
enum ExitCode : int {
  kExitOk = 0,
  kExitUsage = 1,
  kExitInvalidArgument = 2,
  kExitNotFound = 3,
  kExitDenied = 4,
  kExitUnavailable = 5,
  kExitConflict = 6,
  kExitPrecondition = 7,
  kExitResourceExhausted = 8,
  kExitOutcomeUnknown = 9,
  kExitOther = 10,
};

// A mistake in the command line itself.
absl::Status UsageError(absl::string_view message);

// A failure of a subcommand that has exit codes of its own: exits with `exit_code` and is told as `sentence`, without
// JSON.
absl::Status SentenceError(int exit_code, absl::string_view sentence);

// The exit code for `status`. A command that may or may not have been applied is kExitOutcomeUnknown whatever its code.
int ExitCodeFor(const absl::Status& status);

// `status` (not OK) as one line: {"error":…,"code":"NOT_FOUND"} and, when the relay sent them, the details of
// specrelay.v1.CommandError. A mistake in the command line has the code "USAGE". Of a SentenceError(), the sentence.
std::string ErrorLine(const absl::Status& status);

// Writes a line and flushes it. An error when nobody can read it any longer (a full disk, a closed pipe).
absl::Status PrintLine(std::ostream& out, absl::string_view line);

// Writes a message as one line of JSON. The repeated field `list`, when named by its JSON name, is there even when it
// is empty, so that scripts can always iterate over it.
absl::Status PrintMessage(std::ostream& out, const google::protobuf::Message& message, absl::string_view list = "");

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_OUTPUT_H_
