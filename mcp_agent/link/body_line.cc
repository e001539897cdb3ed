#include "mcp_agent/link/body_line.h"

#include <utility>

#include "proto/support/command_error.h"

namespace specrelay {

void BodyLine::Deliver(v1::Transfer step) {
  if (step.has_abort()) return Break(FromCommandError(step.abort().error()));
  const auto bytes = static_cast<int64_t>(step.chunk().data().size());
  bool too_much = false;
  {
    absl::MutexLock lock(&mu_);
    if (closed_ || !broken_.ok()) return;
    too_much = waiting_.size() == kMaxWaitingSteps || waiting_bytes_ + bytes > kMaxWaitingBytes;
    if (!too_much) {
      waiting_bytes_ += bytes;
      waiting_.push_back(std::move(step));
    }
  }
  if (too_much) return Break(absl::InvalidArgumentError("the relay sent more of the body than it was granted"));
  CallReady();
}

void BodyLine::Break(const absl::Status& reason) {
  {
    absl::MutexLock lock(&mu_);
    if (closed_ || !broken_.ok()) return;
    broken_ = reason;
    waiting_.clear();
    waiting_bytes_ = 0;
  }
  CallReady();
}

void BodyLine::Listen(std::function<void()> ready) {
  {
    absl::MutexLock lock(&mu_);
    ready_ = std::move(ready);
    if (waiting_.empty() && broken_.ok()) return;
  }
  CallReady();
}

void BodyLine::CallReady() {
  std::function<void()> ready;
  {
    absl::MutexLock lock(&mu_);
    ready = ready_;
  }
  if (ready != nullptr) ready();
}

absl::StatusOr<absl::optional<v1::Transfer>> BodyLine::Take() {
  absl::MutexLock lock(&mu_);
  if (!broken_.ok()) return broken_;
  if (waiting_.empty()) return absl::optional<v1::Transfer>();
  v1::Transfer step = std::move(waiting_.front());
  waiting_.pop_front();
  waiting_bytes_ -= static_cast<int64_t>(step.chunk().data().size());
  return absl::make_optional(std::move(step));
}

void BodyLine::Close() {
  std::function<void()> released;  // may hold the last reference to who listens
  absl::MutexLock lock(&mu_);
  closed_ = true;
  waiting_.clear();
  waiting_bytes_ = 0;
  released = std::exchange(ready_, nullptr);
  // Released after the lock: members are destroyed in the reverse order of their declaration.
}

}  // namespace specrelay
