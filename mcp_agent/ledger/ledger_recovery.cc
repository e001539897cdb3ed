#include "mcp_agent/ledger/ledger_recovery.h"

#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "proto/support/log.h"

namespace specrelay {

// Shared with timers and tasks, which may outlive the recovery.
class LedgerRecovery::Core : public std::enable_shared_from_this<LedgerRecovery::Core> {
 public:
  Core(Ledger& ledger, std::string path, Timers& timers, TaskRunner& runner)
      : ledger_(ledger), path_(std::move(path)), timers_(timers), runner_(runner) {}

  void Try() ABSL_LOCKS_EXCLUDED(mu_) {
    {
      absl::MutexLock lock(&mu_);
      if (closed_) return;
      trying_ = true;
    }
    const absl::Status recovered = ledger_.Recover();
    Report(recovered);
    absl::MutexLock lock(&mu_);
    trying_ = false;
    if (recovered.ok() || closed_) return;
    timer_ = timers_.Schedule(kRetry, [weak = weak_from_this()] {
      if (const std::shared_ptr<Core> core = weak.lock()) core->OnDue();
    });
  }

  void Close() ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    closed_ = true;
    timer_ = nullptr;
    mu_.Await(absl::Condition(
        +[](bool* trying) { return !*trying; }, &trying_));
  }

 private:
  void OnDue() ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    if (!closed_) runner_.SubmitUrgent([self = shared_from_this()] { self->Try(); });
  }

  void Report(const absl::Status& recovered) {
    if (recovered.ok() == !failed_) return;
    failed_ = !recovered.ok();
    if (recovered.ok()) return Log(LogLevel::kInfo, "the tree can be written to again", {{"tree", path_}});
    Log(LogLevel::kError, "the tree cannot be written to",
        {{"tree", path_},
         {"reason", std::string(recovered.message())},
         {"what_to_do", absl::StrCat("remove the reason; it is tried again every ", absl::FormatDuration(kRetry))}});
  }

  Ledger& ledger_;
  const std::string path_;
  Timers& timers_;
  TaskRunner& runner_;

  bool failed_ = false;  // of the one try at a time

  absl::Mutex mu_;
  std::unique_ptr<Timers::Timer> timer_ ABSL_GUARDED_BY(mu_);
  bool trying_ ABSL_GUARDED_BY(mu_) = false;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

LedgerRecovery::LedgerRecovery(Ledger& ledger, std::string path, Timers& timers, TaskRunner& runner)
    : core_(std::make_shared<Core>(ledger, std::move(path), timers, runner)) {}

LedgerRecovery::~LedgerRecovery() { core_->Close(); }

void LedgerRecovery::Start() { core_->Try(); }

}  // namespace specrelay
