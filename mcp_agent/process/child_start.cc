#include "mcp_agent/process/child_start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kDefaultPath[] = "/usr/local/bin:/usr/bin:/bin";
constexpr unsigned kCloseRangeCloexec = 1U << 2;

// What the child tells of its failure, in one write.
struct Failure {
  enum Step { kWorkingDirectory, kProgram, kOther } step;
  int error;
};

// Everything the child needs, made before the fork: after it nothing may be allocated.
struct Prepared {
  std::vector<char*> argv;
  std::vector<char*> environment;
  std::vector<std::string> programs;  // to be tried in this order
  const char* working_directory;
  int null_fd;
  int output_fd;
  int failure_fd;
  pid_t parent;
};

absl::Status CheckText(absl::string_view what, absl::string_view text) {
  if (!absl::StrContains(text, '\0')) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(what, " contains a NUL byte, which no program can be given"));
}

absl::Status Check(const ChildSpec& spec) {
  if (spec.argv.empty() || spec.argv[0].empty()) return absl::InvalidArgumentError("there is no program to start");
  for (const std::string& argument : spec.argv) RETURN_IF_ERROR(CheckText("an argument", argument));
  for (const std::string& variable : spec.environment) {
    RETURN_IF_ERROR(CheckText("an environment variable", variable));
  }
  RETURN_IF_ERROR(CheckText("the working directory", spec.working_directory));
  if (!absl::StartsWith(spec.working_directory, "/")) {
    return absl::InvalidArgumentError(absl::StrCat("the working directory ", Quoted(spec.working_directory),
                                                   " is not absolute; give it from the root on"));
  }
  return absl::OkStatus();
}

std::vector<std::string> ProgramsToTry(const ChildSpec& spec) {
  const std::string& program = spec.argv[0];
  if (absl::StrContains(program, '/')) return {program};
  absl::string_view path = kDefaultPath;
  for (const std::string& variable : spec.environment) {
    if (absl::StartsWith(variable, "PATH=")) path = absl::string_view(variable).substr(5);
  }
  std::vector<std::string> programs;
  for (absl::string_view directory : absl::StrSplit(path, ':')) {
    // A relative directory would let whoever writes the project choose the program.
    if (absl::StartsWith(directory, "/")) programs.push_back(absl::StrCat(directory, "/", program));
  }
  return programs;
}

std::vector<char*> Pointers(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

[[noreturn]] void Fail(int fd, Failure::Step step, int error) {
  const Failure failure{step, error};
  // Nobody is left to be told that this failed.
  const ssize_t written = write(fd, &failure, sizeof failure);
  static_cast<void>(written);
  _exit(127);
}

void CloseOthersOnExec() {
  if (syscall(SYS_close_range, 3U, ~0U, kCloseRangeCloexec) == 0) return;
  rlimit limit;
  const rlim_t highest = getrlimit(RLIMIT_NOFILE, &limit) == 0 ? std::min<rlim_t>(limit.rlim_cur, 1 << 20) : 1 << 16;
  for (int fd = 3; fd < static_cast<int>(highest); ++fd) fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// In the child. Other threads of the parent held who knows which locks, so only async-signal-safe functions are called.
[[noreturn]] void BecomeProgram(const Prepared& prepared) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || setsid() < 0) Fail(prepared.failure_fd, Failure::kOther, errno);
  // A parent that died before the line above sends no signal.
  if (getppid() != prepared.parent) _exit(127);
  if (dup2(prepared.null_fd, 0) < 0 || dup2(prepared.output_fd, 1) < 0 || dup2(prepared.output_fd, 2) < 0) {
    Fail(prepared.failure_fd, Failure::kOther, errno);
  }
  CloseOthersOnExec();
  if (chdir(prepared.working_directory) != 0) Fail(prepared.failure_fd, Failure::kWorkingDirectory, errno);
  // Ignored signals would stay ignored in the program.
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  int error = ENOENT;
  for (const std::string& program : prepared.programs) {
    execve(program.c_str(), prepared.argv.data(), prepared.environment.data());
    // As execvp() has it: denied here, it may still be found elsewhere.
    if (errno != ENOENT && errno != ENOTDIR) error = errno;
    if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) break;
  }
  Fail(prepared.failure_fd, Failure::kProgram, error);
}

absl::Status SystemError(absl::string_view what, int error) {
  const std::string message = absl::StrCat("cannot start a program: ", what, ": ", strerror(error));
  return error == EAGAIN || error == ENOMEM || error == EMFILE || error == ENFILE
             ? absl::ResourceExhaustedError(message)
             : absl::InternalError(message);
}

absl::Status StartError(const ChildSpec& spec, const Failure& failure) {
  const std::string reason = strerror(failure.error);
  if (failure.step == Failure::kWorkingDirectory) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot enter the working directory ", Quoted(spec.working_directory), ": ", reason));
  }
  if (failure.step == Failure::kOther) return SystemError("setting it up", failure.error);
  const std::string message = absl::StrCat("cannot start ", Quoted(spec.argv[0]), ": ", reason);
  switch (failure.error) {
    case E2BIG:
      return absl::InvalidArgumentError(absl::StrCat(message, "; pass less text"));
    case EAGAIN:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return absl::ResourceExhaustedError(message);
    default:
      return absl::FailedPreconditionError(absl::StrCat(message, "; is it installed, and is its path right?"));
  }
}

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

absl::StatusOr<Pipe> MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return SystemError("making a pipe", errno);
  Pipe made{UniqueFd(fds[0]), UniqueFd(fds[1])};
  // dup2() onto itself would keep the close-on-exec mark.
  for (UniqueFd* fd : {&made.read, &made.write}) {
    if (fd->get() > 2) continue;
    const int moved = fcntl(fd->get(), F_DUPFD_CLOEXEC, 3);
    if (moved < 0) return SystemError("making a pipe", errno);
    fd->reset(moved);
  }
  return made;
}

// _Fork() runs no handlers that libraries registered for forks that go on as a copy of the program.
absl::StatusOr<pid_t> Fork(const Prepared& prepared) {
  // No handler of ours may run in the child.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = _Fork();
  if (pid == 0) BecomeProgram(prepared);
  const int error = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return SystemError("fork", error);
  return pid;
}

void Reap(pid_t pid) {
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

absl::StatusOr<Child> StartChild(const ChildSpec& spec) {
  RETURN_IF_ERROR(Check(spec));
  ASSIGN_OR_RETURN(Pipe output, MakePipe());
  ASSIGN_OR_RETURN(Pipe failures, MakePipe());
  UniqueFd null(open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (null.valid() && null.get() < 3) null.reset(fcntl(null.get(), F_DUPFD_CLOEXEC, 3));
  if (!null.valid()) return SystemError("opening /dev/null", errno);
  if (fcntl(output.read.get(), F_SETFL, O_NONBLOCK) != 0) return SystemError("making a pipe", errno);

  const Prepared prepared{
      Pointers(spec.argv), Pointers(spec.environment), ProgramsToTry(spec),  spec.working_directory.c_str(),
      null.get(),          output.write.get(),         failures.write.get(), getpid()};
  ASSIGN_OR_RETURN(const pid_t pid, Fork(prepared));
  output.write.reset();
  failures.write.reset();

  Failure failure;
  ssize_t got;
  do {
    got = read(failures.read.get(), &failure, sizeof failure);
  } while (got < 0 && errno == EINTR);
  if (got == sizeof failure) {
    Reap(pid);
    return StartError(spec, failure);
  }
  UniqueFd pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd.valid()) {
    const int error = errno;
    kill(-pid, SIGKILL);
    Reap(pid);
    return SystemError("watching it", error);
  }
  return Child{pid, std::move(pidfd), std::move(output.read)};
}

}  // namespace specrelay
