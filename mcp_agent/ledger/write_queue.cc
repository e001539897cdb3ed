#include "mcp_agent/ledger/write_queue.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "proto/support/command_error.h"

namespace specrelay {
namespace {

// Share of the last group's time that the next one waits for its members at most, and the most in any case.
constexpr int kGatherShare = 4;
constexpr std::chrono::milliseconds kMaxGather(5);

}  // namespace

bool WriteQueue::Enter(WaitingWrite& write) {
  absl::MutexLock lock(&mu_);
  queue_.push_back(&write);
  if (!led_) {
    led_ = true;
    return true;
  }
  if (queue_.size() == expected_) gathered_.Signal();
  const Clock::time_point until = Clock::now() + absl::ToChronoNanoseconds(patience_);
  while (write.state == WaitingWrite::State::kWaiting) {
    if (write.in_work) {
      write.changed.Wait(&mu_);
    } else if (const Clock::time_point now = Clock::now(); now < until) {
      write.changed.WaitWithTimeout(&mu_, absl::FromChrono(until - now));
    } else {
      GiveUp(write);
      return false;
    }
  }
  return write.state == WaitingWrite::State::kLeads;
}

void WriteQueue::GiveUp(WaitingWrite& write) {
  queue_.erase(std::find(queue_.begin(), queue_.end(), &write));
  write.answer =
      absl::UnavailableError(absl::StrCat("the writes before this one have taken ", absl::FormatDuration(patience_),
                                          "; nothing was written: retry, and look for a failing disk if it persists"));
}

int WriteQueue::waiting() const {
  absl::MutexLock lock(&mu_);
  return static_cast<int>(queue_.size());
}

WriteQueue::Clock::time_point WriteQueue::Gather() {
  absl::MutexLock lock(&mu_);
  Clock::time_point now = Clock::now();
  while (queue_.size() < expected_ && now < gather_until_) {
    gathered_.WaitWithTimeout(&mu_, absl::FromChrono(gather_until_ - now));
    now = Clock::now();
  }
  return now;
}

WriteQueue::Leadership::Leadership(WriteQueue& queue, const WaitingWrite& own)
    : queue_(queue), own_(own), began_(queue.Gather()) {}

WriteQueue::Leadership::~Leadership() {
  if (Next() == &own_) Take();
  for (WaitingWrite* write : taken_) {
    if (write->answer.has_value() || write->thrown != nullptr) continue;
    write->answer =
        WithCommand(absl::InternalError("the agent failed in this write; send it again with the same request "
                                        "id to learn how it ended, and report this"),
                    write->request.request_id, v1::COMMAND_STATE_UNKNOWN);
  }
  absl::MutexLock lock(&queue_.mu_);
  for (WaitingWrite* write : taken_) {
    write->state = WaitingWrite::State::kDone;
    write->changed.Signal();
  }
  const Clock::time_point now = Clock::now();
  queue_.expected_ = taken_.size() + queue_.queue_.size();
  queue_.gather_until_ = now + std::min<Clock::duration>((now - began_) / kGatherShare, kMaxGather);
  queue_.led_ = !queue_.queue_.empty();
  if (!queue_.led_) return;
  WaitingWrite& next = *queue_.queue_.front();
  next.state = WaitingWrite::State::kLeads;
  next.changed.Signal();
}

WaitingWrite* WriteQueue::Leadership::Next() {
  absl::MutexLock lock(&queue_.mu_);
  if (queue_.queue_.empty()) return nullptr;
  queue_.queue_.front()->in_work = true;
  return queue_.queue_.front();
}

void WriteQueue::Leadership::Take() {
  absl::MutexLock lock(&queue_.mu_);
  taken_.push_back(queue_.queue_.front());
  queue_.queue_.pop_front();
}

void WriteQueue::Leadership::AnswerAll(const absl::Status& status) {
  absl::MutexLock lock(&queue_.mu_);
  for (WaitingWrite* write : queue_.queue_) {
    write->answer = status;
    taken_.push_back(write);
  }
  queue_.queue_.clear();
}

}  // namespace specrelay
