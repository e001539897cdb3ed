// A child process whose output a test reads, and whose input it may write.
#ifndef SPECRELAY_TESTS_SUPPORT_SUBPROCESS_H_
#define SPECRELAY_TESTS_SUPPORT_SUBPROCESS_H_

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace specrelay {

// Not thread-safe. Destruction kills the process and waits for it. Stderr goes to the test's own.
class Subprocess {
 public:
  enum class Input {
    kInherited,
    kPipe,  // Write() and CloseInput()
  };

  // Starts `argv[0]`, with `environment` added to the test's own.
  static absl::StatusOr<std::unique_ptr<Subprocess>> Start(const std::vector<std::string>& argv,
                                                           const std::map<std::string, std::string>& environment = {},
                                                           Input input = Input::kInherited);

  Subprocess(const Subprocess&) = delete;
  Subprocess& operator=(const Subprocess&) = delete;
  ~Subprocess();

  pid_t pid() const { return pid_; }

  // Writes to its stdin. Blocks while the pipe is full; what cannot be written because nobody reads is lost.
  void Write(const std::string& text) const;
  void CloseInput();

  // Next line of its stdout, without the line end. DEADLINE_EXCEEDED, or OUT_OF_RANGE at the end of the output.
  absl::StatusOr<std::string> ReadLine(absl::Duration timeout);

  // Sends a signal; does nothing after the process has been waited for.
  void Signal(int signal);

  // Waits for the end. The exit code, or 128 + the signal's number; DEADLINE_EXCEEDED.
  absl::StatusOr<int> Wait(absl::Duration timeout);

  // Resident memory in bytes.
  absl::StatusOr<int64_t> ResidentBytes() const;

 private:
  Subprocess(pid_t pid, int stdout_fd, int stdin_fd) : pid_(pid), stdout_fd_(stdout_fd), stdin_fd_(stdin_fd) {}

  const pid_t pid_;
  const int stdout_fd_;
  int stdin_fd_;  // -1 without
  bool waited_ = false;
  int exit_code_ = -1;
  std::string buffered_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SUPPORT_SUBPROCESS_H_
