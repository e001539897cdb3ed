#include "mcp_agent/waits/file_waiter.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "mcp_agent/specs/names.h"
#include "mcp_agent/tree/tree_path.h"

namespace specrelay {
namespace {

// Beyond what any command's deadline is; keeps timers within their range.
constexpr absl::Duration kMaxTimeout = absl::Hours(24 * 365);

}  // namespace

// Shared with tasks, timers and cancel functions, which may outlive the waiter.
class FileWaiter::Core : public std::enable_shared_from_this<FileWaiter::Core> {
 public:
  Core(absl::string_view kind, Read read, Timers& timers, TaskRunner& runner, int max_waiters)
      : kind_(kind),
        read_(std::move(read)),
        timers_(timers),
        runner_(runner),
        max_waiters_(static_cast<size_t>(max_waiters)) {}

  // The wait's token.
  int64_t Add(const std::string& id, absl::Duration timeout, Done done) ABSL_LOCKS_EXCLUDED(mu_);
  void End(int64_t token, const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_);
  void OnChanged(const std::string& id) ABSL_LOCKS_EXCLUDED(mu_);
  void OnResync() ABSL_LOCKS_EXCLUDED(mu_);
  void Shutdown() ABSL_LOCKS_EXCLUDED(mu_);

  int waiting() const ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    return static_cast<int>(waits_.size());
  }

 private:
  using Result = absl::StatusOr<FileWaiter::Ending>;
  using Tokens = absl::btree_set<int64_t>;

  struct Wait {
    std::string id;
    Done done;
    std::unique_ptr<Timers::Timer> timer;
    bool seen = false;     // its file was there once
    bool overdue = false;  // ends with the next read, whatever that gives
  };
  struct Ended {
    Wait wait;
    Result result;
  };

  static void CallDone(std::vector<Ended> endings) {
    for (Ended& ending : endings) ending.wait.done(std::move(ending.result));
  }

  // What `file`, just read, means for `wait`; nothing when it goes on.
  static absl::optional<Result> Judge(Wait& wait, const absl::StatusOr<Seen>& file);

  void OnTimeout(int64_t token) ABSL_LOCKS_EXCLUDED(mu_);
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  void CheckLocked(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void SubmitLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  Wait TakeLocked(int64_t token) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::vector<Ended> JudgeLocked(const std::string& id, int64_t newest, const absl::StatusOr<Seen>& file)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const std::string kind_;
  const Read read_;
  Timers& timers_;
  TaskRunner& runner_;
  const size_t max_waiters_;

  mutable absl::Mutex mu_;
  absl::flat_hash_map<int64_t, Wait> waits_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, Tokens> tokens_ ABSL_GUARDED_BY(mu_);        // of the waits for each id
  absl::btree_set<std::string> to_read_ ABSL_GUARDED_BY(mu_);                   // ids
  std::vector<std::pair<int64_t, absl::Status>> refused_ ABSL_GUARDED_BY(mu_);  // to be told
  int64_t last_token_ ABSL_GUARDED_BY(mu_) = 0;
  bool running_ ABSL_GUARDED_BY(mu_) = false;  // a task was submitted and has not ended
  bool reading_ ABSL_GUARDED_BY(mu_) = false;  // that task is in read_
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

int64_t FileWaiter::Core::Add(const std::string& id, absl::Duration timeout, Done done) {
  absl::Status refusal = CheckName(absl::StrCat(kind_, " id"), id);
  absl::MutexLock lock(&mu_);
  const int64_t token = ++last_token_;
  if (refusal.ok() && waits_.size() >= max_waiters_) {
    refusal = absl::ResourceExhaustedError(
        absl::StrCat("there are ", waits_.size(), " waits for ", kind_, "s already; try again later"));
  }
  Wait& wait = waits_[token];
  wait.id = id;
  wait.done = std::move(done);
  if (!refusal.ok()) {
    refused_.emplace_back(token, std::move(refusal));
    SubmitLocked();
    return token;
  }
  tokens_[id].insert(token);
  const absl::Duration delay = std::min(std::max(timeout, absl::ZeroDuration()), kMaxTimeout);
  wait.timer = timers_.Schedule(delay, [weak = weak_from_this(), token] {
    if (const std::shared_ptr<Core> core = weak.lock()) core->OnTimeout(token);
  });
  CheckLocked(id);
  return token;
}

void FileWaiter::Core::End(int64_t token, const absl::Status& status) {
  std::vector<Ended> endings;
  {
    absl::MutexLock lock(&mu_);
    if (!waits_.contains(token)) return;
    const absl::Status reason = status.ok() ? absl::CancelledError("the wait was cancelled") : status;
    endings.push_back({TakeLocked(token), reason});
  }
  CallDone(std::move(endings));
}

void FileWaiter::Core::OnChanged(const std::string& id) {
  absl::MutexLock lock(&mu_);
  if (tokens_.contains(id)) CheckLocked(id);
}

void FileWaiter::Core::OnResync() {
  absl::MutexLock lock(&mu_);
  for (const auto& entry : tokens_) CheckLocked(entry.first);
}

void FileWaiter::Core::OnTimeout(int64_t token) {
  absl::MutexLock lock(&mu_);
  const auto it = waits_.find(token);
  if (it == waits_.end()) return;
  it->second.overdue = true;
  CheckLocked(it->second.id);
}

void FileWaiter::Core::Shutdown() {
  std::vector<Ended> endings;
  {
    absl::MutexLock lock(&mu_);
    closed_ = true;
    for (auto& entry : waits_) {
      endings.push_back({std::move(entry.second), absl::CancelledError("the agent is stopping; wait again later")});
    }
    waits_.clear();
    tokens_.clear();
    to_read_.clear();
    refused_.clear();
    mu_.Await(absl::Condition(
        +[](bool* reading) { return !*reading; }, &reading_));
  }
  CallDone(std::move(endings));
}

void FileWaiter::Core::CheckLocked(const std::string& id) {
  to_read_.insert(id);
  SubmitLocked();
}

void FileWaiter::Core::SubmitLocked() {
  if (running_ || closed_) return;
  running_ = true;
  // There is at most one such task at a time, as SubmitUrgent asks.
  runner_.SubmitUrgent([self = shared_from_this()] { self->Run(); });
}

FileWaiter::Core::Wait FileWaiter::Core::TakeLocked(int64_t token) {
  const auto it = waits_.find(token);
  Wait wait = std::move(it->second);
  waits_.erase(it);
  const auto tokens = tokens_.find(wait.id);
  if (tokens != tokens_.end()) {
    tokens->second.erase(token);
    if (tokens->second.empty()) tokens_.erase(tokens);
  }
  return wait;
}

void FileWaiter::Core::Run() {
  while (true) {
    std::vector<Ended> endings;
    std::string id;
    int64_t newest = 0;
    {
      absl::MutexLock lock(&mu_);
      for (auto& refusal : refused_) {
        if (waits_.contains(refusal.first)) endings.push_back({TakeLocked(refusal.first), std::move(refusal.second)});
      }
      refused_.clear();
      if (endings.empty()) {
        if (to_read_.empty()) {
          running_ = false;
          return;
        }
        id = std::move(to_read_.extract(to_read_.begin()).value());
        // Who comes from here on is not judged by what is read now.
        newest = last_token_;
        reading_ = true;
      }
    }
    if (endings.empty()) {
      const absl::StatusOr<Seen> file = read_(id);
      absl::MutexLock lock(&mu_);
      reading_ = false;
      endings = JudgeLocked(id, newest, file);
    }
    CallDone(std::move(endings));
  }
}

std::vector<FileWaiter::Core::Ended> FileWaiter::Core::JudgeLocked(const std::string& id, int64_t newest,
                                                                   const absl::StatusOr<Seen>& file) {
  std::vector<Ended> endings;
  const auto tokens = tokens_.find(id);
  if (tokens == tokens_.end()) return endings;
  const Tokens waiting = tokens->second;  // TakeLocked changes it
  for (const int64_t token : waiting) {
    if (token > newest) break;
    absl::optional<Result> result = Judge(waits_[token], file);
    if (result.has_value()) endings.push_back({TakeLocked(token), *std::move(result)});
  }
  return endings;
}

absl::optional<FileWaiter::Core::Result> FileWaiter::Core::Judge(Wait& wait, const absl::StatusOr<Seen>& file) {
  if (!file.ok()) {
    if (absl::IsNotFound(file.status()) && wait.seen) return Result(Ending{false, /*deleted=*/true, nullptr});
    if (wait.seen && !wait.overdue) return absl::nullopt;
    return Result(file.status());
  }
  wait.seen = true;
  if (!file->decided && !wait.overdue) return absl::nullopt;
  return Result(Ending{file->decided, /*deleted=*/false, file->subject});
}

FileWaiter::FileWaiter(absl::string_view kind, Read read, Timers& timers, TaskRunner& runner, int max_waiters)
    : core_(std::make_shared<Core>(kind, std::move(read), timers, runner, max_waiters)) {}

FileWaiter::~FileWaiter() { core_->Shutdown(); }

FileWaiter::Cancel FileWaiter::Wait(const std::string& id, absl::Duration timeout, Done done) {
  const int64_t token = core_->Add(id, timeout, std::move(done));
  return [weak = std::weak_ptr<Core>(core_), token](const absl::Status& status) {
    if (const std::shared_ptr<Core> core = weak.lock()) core->End(token, status);
  };
}

void FileWaiter::OnChanged(absl::string_view path) {
  absl::string_view id = BaseName(path);
  if (absl::ConsumeSuffix(&id, ".json")) core_->OnChanged(std::string(id));
}

void FileWaiter::OnResync() { core_->OnResync(); }

int FileWaiter::waiting() const { return core_->waiting(); }

}  // namespace specrelay
