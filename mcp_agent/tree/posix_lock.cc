#include "mcp_agent/tree/posix_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kLockName[] = "lock";
constexpr char kNextName[] = "lock.next";
constexpr mode_t kAgentDirectoryMode = 0700;
constexpr mode_t kLockMode = 0600;
constexpr absl::Duration kFirstPoll = absl::Milliseconds(1);
// Only one process at a time polls the lock itself, so it may do so often.
constexpr absl::Duration kMaxLockPoll = absl::Milliseconds(1);
constexpr absl::Duration kMaxNextPoll = absl::Milliseconds(10);

// Time left of a timeout, whatever happens to the wall clock.
class Countdown {
 public:
  explicit Countdown(absl::Duration timeout) : timeout_(timeout) {}
  absl::Duration Left() const { return timeout_ - absl::FromChrono(std::chrono::steady_clock::now() - start_); }
  absl::Duration timeout() const { return timeout_; }

 private:
  const absl::Duration timeout_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

std::string AgentPath(absl::string_view name) { return JoinPath(kAgentDirectory, name); }

// Opens the file `name` of the agent's directory, made where it is missing.
absl::StatusOr<UniqueFd> OpenLockFile(const PosixRoot& root, const UniqueFd& agent_directory, const char* name) {
  const std::string shown = root.Show(AgentPath(name));
  const int fd = OpenBeneath(agent_directory.get(), name, O_RDWR | O_CREAT, kLockMode);
  if (fd < 0) return PosixError(-fd, "lock", shown);
  UniqueFd file(fd);
  ASSIGN_OR_RETURN(const PosixStat stat, DescribeFd(fd, shown));
  if (S_ISREG(stat.mode)) return file;
  return absl::PermissionDeniedError(absl::StrCat(Quoted(shown), " is no regular file; remove it"));
}

// Takes the lock on `file`, polling ever less often up to `max_poll`. The first attempt comes before any waiting.
absl::Status Flock(const UniqueFd& file, const Countdown& countdown, absl::Duration max_poll, absl::string_view shown) {
  absl::Duration poll = kFirstPoll;
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return PosixError(errno, "lock", shown);
    const absl::Duration left = countdown.Left();
    if (left <= absl::ZeroDuration()) return LockTimeoutError(shown, countdown.timeout());
    absl::SleepFor(std::min(poll, left));
    poll = std::min(poll * 2, max_poll);
  }
  return absl::OkStatus();
}

bool IsSameFile(const PosixStat& a, const PosixStat& b) {
  return a.stat.device == b.stat.device && a.stat.inode == b.stat.inode;
}

// NOT_FOUND unless the tree is still the one that `root` describes and `file` its lock file: someone may have replaced
// either while it was being locked.
absl::Status CheckStillTheLock(const PosixTreeLock::OpenTree& open_tree, const PosixStat& root, const UniqueFd& file) {
  ASSIGN_OR_RETURN(const PosixRoot root_now, open_tree());
  ASSIGN_OR_RETURN(const PosixStat root_now_stat, DescribeFd(root_now.fd.get(), root_now.shown));
  ASSIGN_OR_RETURN(const PosixStat locked, DescribeFd(file.get(), root_now.shown));
  ASSIGN_OR_RETURN(const PosixFile named, Examine(root_now, AgentPath(kLockName), "lock"));
  if (IsSameFile(root, root_now_stat) && IsSameFile(named.stat, locked)) return absl::OkStatus();
  return absl::NotFoundError("the lock file was replaced");
}

struct HeldLock {
  UniqueFd file;
  PosixStat root;
};

// One attempt, with all the waiting; NOT_FOUND when something was removed or replaced meanwhile.
absl::StatusOr<HeldLock> LockOnce(const PosixTreeLock::OpenTree& open_tree, const Countdown& countdown) {
  HeldLock held;
  ASSIGN_OR_RETURN(const PosixRoot root, open_tree());
  ASSIGN_OR_RETURN(held.root, DescribeFd(root.fd.get(), root.shown));
  ASSIGN_OR_RETURN(const UniqueFd directory, OpenOrCreateDirectory(root, kAgentDirectory, kAgentDirectoryMode));
  ASSIGN_OR_RETURN(const UniqueFd next, OpenLockFile(root, directory, kNextName));
  RETURN_IF_ERROR(Flock(next, countdown, kMaxNextPoll, root.shown));
  ASSIGN_OR_RETURN(held.file, OpenLockFile(root, directory, kLockName));
  RETURN_IF_ERROR(Flock(held.file, countdown, kMaxLockPoll, root.shown));
  RETURN_IF_ERROR(CheckStillTheLock(open_tree, held.root, held.file));
  return held;
}

}  // namespace

absl::StatusOr<std::unique_ptr<PosixTreeLock>> PosixTreeLock::Acquire(const OpenTree& open_tree,
                                                                      std::shared_ptr<LockQueue> queue,
                                                                      absl::Duration timeout) {
  const Countdown countdown(timeout);
  if (!queue->Enter(timeout)) return LockTimeoutError(kTreeDirectory, timeout);
  absl::Cleanup leave = [&queue] { queue->Leave(); };
  do {
    absl::StatusOr<HeldLock> held = LockOnce(open_tree, countdown);
    if (absl::IsNotFound(held.status())) continue;
    RETURN_IF_ERROR(held.status());
    std::move(leave).Cancel();
    return std::unique_ptr<PosixTreeLock>(new PosixTreeLock(std::move(queue), std::move(held->file), held->root));
  } while (countdown.Left() > absl::ZeroDuration());
  return LockTimeoutError(kTreeDirectory, timeout);
}

PosixTreeLock::PosixTreeLock(std::shared_ptr<LockQueue> queue, UniqueFd file, const PosixStat& root)
    : queue_(std::move(queue)), file_(std::move(file)), device_(root.stat.device), inode_(root.stat.inode) {}

PosixTreeLock::~PosixTreeLock() {
  // Before the next thread in the queue tries. Said explicitly, for a child process may hold a copy of the descriptor.
  ::flock(file_.get(), LOCK_UN);
  file_.reset();
  queue_->Leave();
}

bool PosixTreeLock::Covers(const PosixStat& root) const {
  return root.stat.device == device_ && root.stat.inode == inode_;
}

}  // namespace specrelay
