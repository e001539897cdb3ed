#include "mcp_agent/ledger/write_queue.h"

#include "proto/support/command_error.h"

namespace specrelay {

bool WriteQueue::Enter(QueuedWrite& write) {
  absl::MutexLock lock(&mu_);
  queue_.push_back(&write);
  if (!led_) {
    led_ = true;
    return true;
  }
  while (write.state == QueuedWrite::State::kWaiting) write.changed.Wait(&mu_);
  return write.state == QueuedWrite::State::kLeads;
}

int WriteQueue::waiting() const {
  absl::MutexLock lock(&mu_);
  return static_cast<int>(queue_.size());
}

WriteQueue::Leadership::~Leadership() {
  if (Next() == &own_) Take();
  for (QueuedWrite* write : taken_) {
    if (write->answer.has_value() || write->thrown != nullptr) continue;
    write->answer =
        WithCommand(absl::InternalError("the agent failed in this write; send it again with the same request "
                                        "id to learn how it ended, and report this"),
                    write->request.request_id, v1::COMMAND_STATE_UNKNOWN);
  }
  absl::MutexLock lock(&queue_.mu_);
  for (QueuedWrite* write : taken_) {
    write->state = QueuedWrite::State::kDone;
    write->changed.Signal();
  }
  queue_.led_ = !queue_.queue_.empty();
  if (!queue_.led_) return;
  QueuedWrite& next = *queue_.queue_.front();
  next.state = QueuedWrite::State::kLeads;
  next.changed.Signal();
}

QueuedWrite* WriteQueue::Leadership::Next() const {
  absl::MutexLock lock(&queue_.mu_);
  return queue_.queue_.empty() ? nullptr : queue_.queue_.front();
}

void WriteQueue::Leadership::Take() {
  absl::MutexLock lock(&queue_.mu_);
  taken_.push_back(queue_.queue_.front());
  queue_.queue_.pop_front();
}

void WriteQueue::Leadership::AnswerAll(const absl::Status& status) {
  absl::MutexLock lock(&queue_.mu_);
  for (QueuedWrite* write : queue_.queue_) {
    write->answer = status;
    taken_.push_back(write);
  }
  queue_.queue_.clear();
}

}  // namespace specrelay
