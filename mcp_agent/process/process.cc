#include "mcp_agent/process/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/process/child_start.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// What a pipe can hold at most: more than this after the program's end comes from a program that it left behind.
constexpr int64_t kMaxPipeBytes = int64_t{1} << 20;
constexpr int kPauseMs = 100;

using Steady = std::chrono::steady_clock;

absl::string_view VariableName(absl::string_view variable) { return variable.substr(0, variable.find('=')); }

std::vector<std::string> ChildEnvironment(const ProcessSpec& spec) {
  std::vector<std::string> environment = spec.environment;
  if (!spec.inherit_environment) return environment;
  absl::flat_hash_set<absl::string_view> given;
  for (const std::string& variable : spec.environment) given.insert(VariableName(variable));
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const absl::string_view name = VariableName(*variable);
    if (!given.contains(name) && !absl::StartsWith(name, "SPECRELAY_")) environment.emplace_back(*variable);
  }
  return environment;
}

// Watches one started program until it has ended.
class RunningChild {
 public:
  RunningChild(const ProcessSpec& spec, Child child, int wake_fd, Process::Output output)
      : spec_(spec), child_(std::move(child)), wake_fd_(wake_fd), output_(output), deadline_(After(spec.timeout)) {}

  ProcessResult Wait() {
    while (!Step()) {
    }
    // While the program has not been waited for, its number cannot be anybody else's.
    kill(-child_.pid, SIGKILL);
    for (int64_t drained = 0, got = 1; got > 0 && drained < kMaxPipeBytes; drained += got) got = ReadOutput();
    int status = 0;
    while (waitpid(child_.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status)) result_.exit_code = WEXITSTATUS(status);
    if (WIFSIGNALED(status)) result_.signal = WTERMSIG(status);
    const ProcessEnd own = WIFSIGNALED(status) ? ProcessEnd::kSignalled : ProcessEnd::kExited;
    result_.end = stopped_for_.value_or(own);
    return result_;
  }

 private:
  static Steady::time_point After(absl::Duration duration) {
    // Longer would overflow the clock.
    return Steady::now() + absl::ToChronoNanoseconds(std::min(duration, absl::Hours(24 * 365)));
  }

  // Waits for the next thing to happen. True once the program has ended.
  bool Step() {
    const int wake = stopped_for_.has_value() ? -1 : wake_fd_;
    std::array<pollfd, 3> fds = {
        {{child_.pidfd.get(), POLLIN, 0}, {child_.output.get(), POLLIN, 0}, {wake, POLLIN, 0}}};
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Steady::now()).count() + 1;
    const int64_t longest = pause_is_news_ ? kPauseMs : 60'000;
    const int timeout_ms = static_cast<int>(std::clamp<int64_t>(killed_ ? longest : left, 0, longest));
    const int ready = poll(fds.data(), fds.size(), timeout_ms);
    if (ready < 0) return false;
    if (ready == 0 && std::exchange(pause_is_news_, false)) output_("");
    if (fds[0].revents != 0) return true;
    if (fds[1].revents != 0 && ReadOutput() == 0) child_.output.reset();
    if (fds[2].revents != 0) {
      Stop(ProcessEnd::kCancelled);
    } else if (!killed_ && Steady::now() >= deadline_) {
      Stop(ProcessEnd::kTimedOut);
    }
    return false;
  }

  // Asks the program to end; kills it when it has been asked before and its grace is over.
  void Stop(ProcessEnd reason) {
    killed_ = stopped_for_.has_value();
    if (!killed_) stopped_for_ = reason;
    kill(-child_.pid, killed_ ? SIGKILL : SIGTERM);
    deadline_ = After(spec_.grace);
  }

  // Number of bytes read; 0 at the end, negative when there is nothing now.
  int64_t ReadOutput() {
    if (!child_.output.valid()) return 0;
    const ssize_t got = read(child_.output.get(), buffer_.data(), buffer_.size());
    if (got <= 0) return got;
    const int64_t take = std::min<int64_t>(got, spec_.max_output_bytes - result_.output_bytes);
    if (take > 0) {
      output_(absl::string_view(buffer_.data(), static_cast<size_t>(take)));
      pause_is_news_ = true;
    }
    result_.output_bytes += take;
    if (take < got) result_.output_truncated = true;
    return got;
  }

  const ProcessSpec& spec_;
  Child child_;
  const int wake_fd_;
  const Process::Output output_;
  Steady::time_point deadline_;
  absl::optional<ProcessEnd> stopped_for_;
  bool killed_ = false;
  bool pause_is_news_ = false;  // there was output since the last pause
  ProcessResult result_;
  std::array<char, 16 * 1024> buffer_;
};

}  // namespace

Process::Process(ProcessSpec spec) : spec_(std::move(spec)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

absl::StatusOr<ProcessResult> Process::Run(Output output) {
  if (!wake_.valid()) {
    return absl::ResourceExhaustedError("no descriptor is left for another program; stop some first");
  }
  {
    absl::MutexLock lock(&mu_);
    if (cancelled_) {
      ProcessResult cancelled;
      cancelled.end = ProcessEnd::kCancelled;
      return cancelled;
    }
  }
  ASSIGN_OR_RETURN(Child child, StartChild({spec_.argv, spec_.working_directory, ChildEnvironment(spec_)}));
  return RunningChild(spec_, std::move(child), wake_.get(), output).Wait();
}

void Process::Cancel() {
  absl::MutexLock lock(&mu_);
  if (std::exchange(cancelled_, true)) return;
  const uint64_t one = 1;
  // The counter is far from full, so that this cannot fail; a Run() to come looks at the flag.
  const ssize_t written = write(wake_.get(), &one, sizeof one);
  static_cast<void>(written);
}

}  // namespace specrelay
