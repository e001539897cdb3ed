#include "mcp_agent/process/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/notification.h"
#include "mcp_agent/process/testing/run_program.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(ProcessTest, ReportsTheExitCodeAndBothStreamsInOrder) {
  const Outcome outcome = RunToEnd(Shell("echo one; echo two >&2; echo three; exit 3"));
  ASSERT_THAT(outcome.result, IsOk());
  EXPECT_EQ(outcome.result->end, ProcessEnd::kExited);
  EXPECT_EQ(outcome.result->exit_code, 3);
  EXPECT_EQ(outcome.output, "one\ntwo\nthree\n");
  EXPECT_EQ(outcome.result->output_bytes, 14);
  EXPECT_FALSE(outcome.result->output_truncated);
}

TEST(ProcessTest, ReportsTheSignalThatKilledTheProgram) {
  const Outcome outcome = RunToEnd(Shell("kill -9 $$"));
  ASSERT_THAT(outcome.result, IsOk());
  EXPECT_EQ(outcome.result->end, ProcessEnd::kSignalled);
  EXPECT_EQ(outcome.result->signal, SIGKILL);
}

TEST(ProcessTest, TellsOfAPauseInTheOutputOnce) {
  TempDir directory;
  // The program goes on when the pause has been told of, which makes the file.
  Process process(
      Shell(absl::StrCat("echo one; while [ ! -e ", directory.Join("go"), " ]; do sleep 0.01; done; echo two")));
  std::vector<std::string> calls;
  const absl::StatusOr<ProcessResult> result = process.Run([&](absl::string_view bytes) {
    calls.emplace_back(bytes);
    if (bytes.empty()) directory.WriteFile("go", "");
  });
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(calls, testing::ElementsAre("one\n", "", "two\n"));
}

TEST(ProcessTest, DropsOutputBeyondTheLimitAndLetsTheProgramEnd) {
  ProcessSpec spec =
      Shell("i=0; while [ $i -lt 2000 ]; do echo 0123456789012345678901234567890123456789; i=$((i+1)); done; exit 4");
  spec.max_output_bytes = 1000;
  const Outcome outcome = RunToEnd(spec);
  ASSERT_THAT(outcome.result, IsOk());
  EXPECT_EQ(outcome.output.size(), 1000U);
  EXPECT_TRUE(outcome.result->output_truncated);
  EXPECT_EQ(outcome.result->exit_code, 4);
}

TEST(ProcessTest, EndsAProgramThatTakesTooLong) {
  ProcessSpec spec = Shell("echo begun; sleep 600");
  spec.timeout = absl::Milliseconds(50);
  const Outcome outcome = RunToEnd(spec);
  ASSERT_THAT(outcome.result, IsOk());
  EXPECT_EQ(outcome.result->end, ProcessEnd::kTimedOut);
  EXPECT_EQ(outcome.result->signal, SIGTERM);
}

TEST(ProcessTest, KillsAProgramThatDoesNotHeedTheRequestToEnd) {
  ProcessSpec spec = Shell("trap '' TERM; echo begun; while :; do sleep 1; done");
  spec.grace = absl::Milliseconds(50);
  Process process(spec);
  const absl::StatusOr<ProcessResult> result = process.Run([&](absl::string_view) { process.Cancel(); });
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->end, ProcessEnd::kCancelled);
  EXPECT_EQ(result->signal, SIGKILL);
}

TEST(ProcessTest, LetsAProgramEndInItsOwnWayWithinTheGrace) {
  ProcessSpec spec = Shell("trap 'echo tidy; exit 7' TERM; echo begun; while :; do sleep 0.01; done");
  spec.grace = absl::Seconds(60);
  Process process(spec);
  std::string output;
  const absl::StatusOr<ProcessResult> result = process.Run([&](absl::string_view bytes) {
    absl::StrAppend(&output, bytes);
    process.Cancel();
  });
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->end, ProcessEnd::kCancelled);
  EXPECT_EQ(result->exit_code, 7);
  // The shell may say what became of its own child, which is asked to end as well.
  EXPECT_THAT(output, testing::EndsWith("tidy\n"));
}

TEST(ProcessTest, CanBeCancelledFromAnotherThread) {
  Process process(Shell("echo begun; sleep 600"));
  absl::Notification begun;
  std::thread canceller([&] {
    begun.WaitForNotification();
    process.Cancel();
  });
  const absl::StatusOr<ProcessResult> result = process.Run([&](absl::string_view) {
    if (!begun.HasBeenNotified()) begun.Notify();
  });
  canceller.join();
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->end, ProcessEnd::kCancelled);
}

TEST(ProcessTest, DoesNotStartWhatWasCancelledBefore) {
  TempDir directory;
  Process process(Shell(absl::StrCat("touch ", directory.Join("ran"))));
  process.Cancel();
  process.Cancel();
  const absl::StatusOr<ProcessResult> result = process.Run([](absl::string_view) {});
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->end, ProcessEnd::kCancelled);
  EXPECT_FALSE(directory.Exists("ran"));
}

TEST(ProcessTest, LeavesNothingOfTheGroupBehind) {
  // Ended without waiting for what the program left in the background, which holds the output open.
  const Outcome outcome = RunToEnd(Shell("sleep 600 & echo $!"));
  ASSERT_THAT(outcome.result, IsOk());
  int pid = 0;
  ASSERT_TRUE(absl::SimpleAtoi(absl::StripSuffix(outcome.output, "\n"), &pid));
  // Somebody else reaps it, so that a zombie may be seen for a moment; a zombie has no command line.
  const std::string path = absl::StrCat("/proc/", pid, "/cmdline");
  std::string seen = "?";
  for (int attempt = 0; attempt < 10'000 && !seen.empty(); ++attempt) {
    seen.clear();
    const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) break;
    char buffer[64];
    const ssize_t got = read(fd, buffer, sizeof buffer);
    close(fd);
    if (got > 0) seen.assign(buffer, static_cast<size_t>(got));
    std::this_thread::yield();
  }
  EXPECT_FALSE(absl::StrContains(seen, "sleep")) << seen;
}

TEST(ProcessTest, DiesWithTheThreadThatRunsIt) {
  // A process of its own stands for the agent, and is killed while a program of it runs.
  int fds[2];
  ASSERT_EQ(pipe(fds), 0);
  const pid_t agent = fork();
  if (agent == 0) {
    Process process(Shell("echo $$; exec sleep 600"));
    static_cast<void>(
        process.Run([&](absl::string_view bytes) { static_cast<void>(!write(fds[1], bytes.data(), bytes.size())); }));
    _exit(0);
  }
  close(fds[1]);
  char buffer[64];
  const ssize_t got = read(fds[0], buffer, sizeof buffer);
  ASSERT_GT(got, 0);
  int program = 0;
  ASSERT_TRUE(absl::SimpleAtoi(absl::StripSuffix(absl::string_view(buffer, static_cast<size_t>(got)), "\n"), &program));
  const int pidfd = static_cast<int>(syscall(SYS_pidfd_open, program, 0));
  ASSERT_GE(pidfd, 0);
  kill(agent, SIGKILL);
  pollfd ended = {pidfd, POLLIN, 0};
  EXPECT_EQ(poll(&ended, 1, 30'000), 1);
  close(pidfd);
  close(fds[0]);
  waitpid(agent, nullptr, 0);
}

}  // namespace
}  // namespace specrelay
