// Running another program: without a shell, with nothing of ours but what it is given, and never longer than we live.
#ifndef SPECRELAY_MCP_AGENT_PROCESS_PROCESS_H_
#define SPECRELAY_MCP_AGENT_PROCESS_PROCESS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

struct ProcessSpec {
  // The program and its arguments. A program without "/" is looked for in the absolute directories of the child's PATH;
  // one with "/" that is relative is taken from `working_directory`.
  std::vector<std::string> argv;
  std::string working_directory;  // absolute
  // "NAME=value" each; the whole environment unless `inherit_environment`, then added to ours and going before it. Ours
  // is inherited without the SPECRELAY_ variables, which hold our keys.
  std::vector<std::string> environment;
  bool inherit_environment = false;
  absl::Duration timeout = absl::InfiniteDuration();
  // How long the program may take to end after SIGTERM, before SIGKILL.
  absl::Duration grace = absl::Seconds(5);
  // Output beyond this is read and dropped.
  int64_t max_output_bytes = int64_t{64} << 20;
};

enum class ProcessEnd { kExited, kSignalled, kTimedOut, kCancelled };

struct ProcessResult {
  ProcessEnd end = ProcessEnd::kExited;
  // What the program ended with, whatever `end` says of the reason: its exit code, or the number of the signal that
  // killed it. Both 0 when it was cancelled before it began.
  int exit_code = 0;
  int signal = 0;
  int64_t output_bytes = 0;       // handed to the callback
  bool output_truncated = false;  // there was more than max_output_bytes
};

// One run of a program. It gets an empty standard input, and a session and process group of its own, which is killed
// when the program has ended; no descriptor of ours but its output. The kernel kills the program (not what it has
// started in turn) when the thread in Run() ends, hence also when our process dies.
//
// Run() is for one thread and one call; Cancel() may come from any thread at any time while this lives.
class Process {
 public:
  explicit Process(ProcessSpec spec);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  using Output = absl::FunctionRef<void(absl::string_view bytes)>;

  // Starts the program and blocks until it has ended. Standard output and error go to `output` together, as they come,
  // on this thread; while it does not return, the program soon waits. It is also called once with nothing when output
  // has paused for 100 ms, so that it can pass on what it gathered. That the program failed is no error of this.
  //   INVALID_ARGUMENT     no program, NUL in a text, a working directory that is not absolute, arguments too long
  //   FAILED_PRECONDITION  it cannot be started: no such program or working directory, no permission
  //   RESOURCE_EXHAUSTED   no memory, descriptors or processes left
  absl::StatusOr<ProcessResult> Run(Output output);

  // Ends the run, now or as soon as it begins. Does not wait.
  void Cancel() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const ProcessSpec spec_;

  absl::Mutex mu_;
  bool cancelled_ ABSL_GUARDED_BY(mu_) = false;
  // Readable once cancelled; the flag alone would not wake Run().
  const UniqueFd wake_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_PROCESS_PROCESS_H_
