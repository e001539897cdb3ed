#include "mcp_agent/watch/tree_watcher.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <ctime>
#include <system_error>
#include <utility>

#include "mcp_agent/tree/posix_files.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

constexpr size_t kMaxWaitingSnapshots = 64;

// A file that is appended to over and over is not read over and over at more than this.
constexpr int64_t kMaxReadBytesPerSecond = int64_t{100} << 20;

// During a long scan events are taken from the kernel after so many files, lest its queue overflow, ...
constexpr int kFilesBetweenPauses = 64;
// ... and what was found is delivered after so long.
constexpr absl::Duration kLongestHold = absl::Milliseconds(20);

// Of a clock that never goes back; its zero means nothing.
absl::Time MonotonicNow() {
  return absl::UnixEpoch() + absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

const char* ResyncReason(WatchEvent::Kind kind) {
  switch (kind) {
    case WatchEvent::Kind::kOverflow:
      return "more changed at once than the system could report";
    case WatchEvent::Kind::kUnmounted:
      return "a file system in the project was unmounted";
    case WatchEvent::Kind::kTreeLost:
      return "the tree was moved or deleted";
    case WatchEvent::Kind::kProjectLost:
      return "the project directory was moved or deleted";
    case WatchEvent::Kind::kChanged:
    case WatchEvent::Kind::kUnfinished:
      break;
  }
  return "unknown";
}

}  // namespace

absl::StatusOr<std::unique_ptr<TreeWatcher>> TreeWatcher::Start(std::string project_dir, const Tree& tree,
                                                                const Clock& clock,
                                                                std::function<void(TreeChanges)> on_changes,
                                                                TreeWatcherOptions options) {
  UniqueFd wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return PosixError(errno, "watch", project_dir);
  std::unique_ptr<TreeWatcher> watcher(
      new TreeWatcher(std::move(project_dir), tree, clock, std::move(on_changes), options, std::move(wake)));
  watcher->CheckTree();
  watcher->ScheduleRescan();
  watcher->first_scan_ = false;
  try {
    watcher->thread_ = std::thread([raw = watcher.get()] { raw->Run(); });
  } catch (const std::system_error&) {
    return absl::ResourceExhaustedError("no thread for watching the tree; raise the limit of processes (ulimit -u)");
  }
  return watcher;
}

TreeWatcher::TreeWatcher(std::string project_dir, const Tree& tree, const Clock& clock,
                         std::function<void(TreeChanges)> on_changes, const TreeWatcherOptions& options, UniqueFd wake)
    : project_dir_(std::move(project_dir)),
      rescan_interval_(options.rescan_interval),
      tree_(tree),
      wake_(std::move(wake)),
      watches_(project_dir_, options.max_watches, queue_),
      pending_(options.timing),
      batch_(std::move(on_changes)),
      scanner_(tree, clock, options.limits, watches_, index_,
               {/*changed=*/[this](v1::FileChanged change) {
                  if (!first_scan_) batch_.Add(std::move(change));
                },
                /*failed=*/[this](absl::string_view path) { pending_.Failed(path, MonotonicNow()); },
                /*outdated=*/[this](absl::string_view path) { pending_.Changed(path, MonotonicNow()); },
                /*read_in_parts=*/
                [this](absl::string_view path, int64_t size_bytes) {
                  pending_.Rest(path, MonotonicNow() + absl::Seconds(1) * size_bytes / kMaxReadBytesPerSecond);
                },
                /*pause=*/[this] { OnPause(); }}) {}

TreeWatcher::~TreeWatcher() {
  {
    absl::MutexLock lock(&mu_);
    stopping_ = true;
  }
  Wake();
  if (thread_.joinable()) thread_.join();
}

absl::Status TreeWatcher::Snapshot(SnapshotReceiver receive) {
  {
    absl::MutexLock lock(&mu_);
    if (snapshots_.size() >= kMaxWaitingSnapshots) {
      return absl::ResourceExhaustedError("too many snapshots of the tree are being waited for; try again later");
    }
    snapshots_.push_back(std::move(receive));
  }
  Wake();
  return absl::OkStatus();
}

void TreeWatcher::Run() {
  while (WaitForWork()) {
    if (next_rescan_ <= MonotonicNow()) RescanUnwatched();
    CheckPaths(pending_.TakeDue(MonotonicNow()));
    ScheduleRescan();
    AnswerSnapshots();
  }
}

bool TreeWatcher::WaitForWork() {
  for (;;) {
    TakeEvents();
    {
      absl::MutexLock lock(&mu_);
      if (stopping_) return false;
      if (!snapshots_.empty()) return true;
    }
    const absl::Duration time = std::min(pending_.NextDue(), next_rescan_) - MonotonicNow();
    if (time <= absl::ZeroDuration() || pending_.Full()) return true;
    queue_.SetComplete(SeesAll());
    Sleep(time);
  }
}

// Whether all directories of the tree are watched, but for those of which an event waits to be read.
bool TreeWatcher::SeesAll() const {
  return state_ == TreeState::kPresent && watches_.project_watched() && watches_.reports_all() &&
         !scanner_.left_out_directories() && pending_.Empty();
}

void TreeWatcher::Sleep(absl::Duration time) {
  // The events of a burst stay in the kernel until its window ends: one awakening for all of them.
  pollfd fds[] = {{wake_.get(), POLLIN, 0}, {pending_.InBurst() ? -1 : queue_.fd(), POLLIN, 0}};
  const timespec timeout = absl::ToTimespec(time);
  ::ppoll(fds, 2, time == absl::InfiniteDuration() ? nullptr : &timeout, nullptr);
  uint64_t ignored;
  while (::read(wake_.get(), &ignored, sizeof(ignored)) < 0 && errno == EINTR) {
  }
}

void TreeWatcher::TakeEvents() {
  const absl::Time now = MonotonicNow();
  watches_.Read([this, now](const WatchEvent& event) { OnEvent(event, now); }, [this] { return !pending_.Full(); });
}

void TreeWatcher::OnEvent(const WatchEvent& event, absl::Time now) {
  switch (event.kind) {
    case WatchEvent::Kind::kChanged:
      if (event.written) index_.NoteWrite(event.path, now);
      if (event.gone) {
        pending_.Gone(event.path, now);
      } else {
        pending_.Changed(event.path, now);
      }
      break;
    case WatchEvent::Kind::kUnfinished:
      pending_.Unfinished(event.path, now);
      break;
    default:
      resync_reason_ = ResyncReason(event.kind);
      pending_.Changed("", now);
  }
}

void TreeWatcher::RescanUnwatched() {
  const absl::Time now = MonotonicNow();
  for (const std::string& dir : watches_.Unwatched()) pending_.Changed(dir, now);
  if (state_ != TreeState::kPresent || !watches_.project_watched()) pending_.Changed("", now);
  next_rescan_ = absl::InfiniteFuture();
}

void TreeWatcher::ScheduleRescan() {
  const bool needed = state_ != TreeState::kPresent || !watches_.project_watched() || watches_.has_unwatched();
  if (!needed) {
    next_rescan_ = absl::InfiniteFuture();
  } else if (next_rescan_ == absl::InfiniteFuture()) {
    next_rescan_ = MonotonicNow() + rescan_interval_;
  }
}

void TreeWatcher::CheckPaths(const std::vector<std::string>& paths) {
  last_flush_ = MonotonicNow();
  for (const std::string& path : paths) {
    OnPause();
    if (path.empty()) {
      CheckTree();
    } else if (state_ != TreeState::kUnknown) {
      scanner_.Check(path);
    }
  }
  batch_.Flush();
}

void TreeWatcher::CheckTree() {
  const bool has_project = watches_.WatchProject() != DirectoryWatches::Outcome::kGone;
  const absl::StatusOr<FileStat> stat = tree_.Stat("");
  if (stat.ok()) {
    TransitionTo(TreeState::kPresent, "");
  } else {
    // With a project directory, FAILED_PRECONDITION means that a file is where the tree should be.
    const bool absent = MeansAbsent(stat.status()) || (has_project && absl::IsFailedPrecondition(stat.status()));
    TransitionTo(absent ? TreeState::kAbsent : TreeState::kUnknown, stat.status().message());
  }
  if (state_ != TreeState::kUnknown && !resync_reason_.empty()) batch_.Resync(std::exchange(resync_reason_, ""));
  switch (state_) {
    case TreeState::kPresent:
      return scanner_.Check("");
    case TreeState::kAbsent:
      return scanner_.Forget("");
    case TreeState::kUnknown:
      // What happens where the tree has gone to is none of the project's business; all is looked at on its return.
      watches_.BeginCheck();
      return watches_.EndCheck("");
  }
}

void TreeWatcher::TransitionTo(TreeState state, absl::string_view reason) {
  if (state == state_) return;
  const auto log = [&](absl::string_view event) {
    Log(LogLevel::kInfo, event, {{"project", project_dir_}, {"reason", std::string(reason)}});
  };
  switch (state) {
    case TreeState::kPresent:
      log("watching the tree");
      break;
    case TreeState::kAbsent:
      log("waiting for a tree to watch");
      break;
    case TreeState::kUnknown:
      log("the tree cannot be looked at");
      resync_reason_ = ResyncReason(WatchEvent::Kind::kProjectLost);
      break;
  }
  state_ = state;
}

void TreeWatcher::OnPause() {
  if (++files_since_pause_ < kFilesBetweenPauses) return;
  files_since_pause_ = 0;
  TakeEvents();
  if (const absl::Time now = MonotonicNow(); now - last_flush_ >= kLongestHold) {
    last_flush_ = now;
    batch_.Flush();
  }
}

void TreeWatcher::AnswerSnapshots() {
  std::vector<SnapshotReceiver> waiting;
  {
    absl::MutexLock lock(&mu_);
    waiting.swap(snapshots_);
  }
  for (SnapshotReceiver& receive : waiting) receive(index_.Files());
}

void TreeWatcher::Wake() const {
  const uint64_t one = 1;
  while (::write(wake_.get(), &one, sizeof(one)) < 0 && errno == EINTR) {
  }
}

}  // namespace specrelay
