#include "tests/support/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

extern char** environ;

namespace specrelay {
namespace {

std::vector<std::string> MergeEnvironment(const std::map<std::string, std::string>& added) {
  std::vector<std::string> merged;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string entry(*variable);
    if (added.count(entry.substr(0, entry.find('='))) == 0) merged.push_back(entry);
  }
  for (const auto& [name, value] : added) merged.push_back(absl::StrCat(name, "=", value));
  return merged;
}

std::vector<char*> Pointers(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Waits until `fd` is readable; false when `deadline` comes first.
bool WaitReadable(int fd, absl::Time deadline) {
  while (true) {
    const auto left = static_cast<int>(absl::ToInt64Milliseconds(deadline - absl::Now()));
    if (left <= 0) return false;
    pollfd poll_fd{fd, POLLIN, 0};
    const int ready = poll(&poll_fd, 1, left);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Subprocess>> Subprocess::Start(const std::vector<std::string>& argv,
                                                              const std::map<std::string, std::string>& environment,
                                                              Input input) {
  int pipe_fds[2];
  int input_fds[2] = {-1, -1};
  if (pipe2(pipe_fds, O_CLOEXEC) != 0 || (input == Input::kPipe && pipe2(input_fds, O_CLOEXEC) != 0)) {
    return absl::InternalError("no pipe");
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], STDOUT_FILENO);
  if (input == Input::kPipe) posix_spawn_file_actions_adddup2(&actions, input_fds[0], STDIN_FILENO);
  std::vector<std::string> arguments = argv;
  std::vector<std::string> variables = MergeEnvironment(environment);
  pid_t pid = 0;
  const int error =
      posix_spawn(&pid, argv[0].c_str(), &actions, nullptr, Pointers(arguments).data(), Pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_fds[1]);
  if (input == Input::kPipe) close(input_fds[0]);
  if (error != 0) {
    close(pipe_fds[0]);
    if (input == Input::kPipe) close(input_fds[1]);
    return absl::InternalError(absl::StrCat("cannot start ", argv[0], ": ", std::strerror(error)));
  }
  return std::unique_ptr<Subprocess>(new Subprocess(pid, pipe_fds[0], input_fds[1]));
}

Subprocess::~Subprocess() {
  if (!waited_) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(stdout_fd_);
  CloseInput();
}

void Subprocess::Write(const std::string& text) const {
  for (size_t written = 0; written < text.size();) {
    const ssize_t count = write(stdin_fd_, text.data() + written, text.size() - written);
    if (count < 0 && errno != EINTR) return;
    if (count > 0) written += count;
  }
}

void Subprocess::CloseInput() {
  if (stdin_fd_ >= 0) close(stdin_fd_);
  stdin_fd_ = -1;
}

absl::StatusOr<std::string> Subprocess::ReadLine(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (true) {
    const size_t end = buffered_.find('\n');
    if (end != std::string::npos) {
      std::string line = buffered_.substr(0, end);
      buffered_.erase(0, end + 1);
      return line;
    }
    if (!WaitReadable(stdout_fd_, deadline)) return absl::DeadlineExceededError("no line came");
    char bytes[4096];
    const ssize_t count = read(stdout_fd_, bytes, sizeof(bytes));
    if (count == 0) return absl::OutOfRangeError("the output has ended");
    if (count > 0) buffered_.append(bytes, count);
  }
}

void Subprocess::Signal(int signal) {
  if (!waited_) kill(pid_, signal);
}

absl::StatusOr<int> Subprocess::Wait(absl::Duration timeout) {
  if (waited_) return exit_code_;
  const auto pid_fd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
  if (pid_fd < 0) return absl::InternalError("no pidfd");
  const bool ended = WaitReadable(pid_fd, absl::Now() + timeout);
  close(pid_fd);
  if (!ended) return absl::DeadlineExceededError("the process still runs");
  int status = 0;
  waitpid(pid_, &status, 0);
  waited_ = true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return exit_code_;
}

absl::StatusOr<int64_t> Subprocess::ResidentBytes() const {
  std::ifstream status(absl::StrCat("/proc/", pid_, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (absl::StartsWith(line, "VmRSS:")) return std::stoll(line.substr(6)) * 1024;
  }
  return absl::NotFoundError("the process has ended");
}

}  // namespace specrelay
