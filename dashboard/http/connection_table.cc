#include "dashboard/http/connection_table.h"

#include <sys/socket.h>

#include <algorithm>
#include <utility>

namespace specrelay {

ConnectionTable::Entry::Entry(ConnectionTable& table, int fd)
    : table_(table), record_([&table, fd] {
        absl::MutexLock lock(&table.mu_);
        if (table.stopping_) shutdown(fd, SHUT_RDWR);
        return table.records_.insert(table.records_.end(), {fd, true, std::chrono::steady_clock::now()});
      }()) {}

ConnectionTable::Entry::~Entry() {
  absl::MutexLock lock(&table_.mu_);
  table_.records_.erase(record_);
}

void ConnectionTable::Entry::SetWaits(bool waits) {
  absl::MutexLock lock(&table_.mu_);
  record_->waits = waits;
  if (!waits) return;
  record_->waits_since = std::chrono::steady_clock::now();
  table_.records_.splice(table_.records_.end(), table_.records_, record_);
  if (table_.stopping_) shutdown(record_->fd, SHUT_RDWR);
}

ConnectionTable::StreamSlot::StreamSlot(ConnectionTable& table, std::shared_ptr<ResponseStream> stream)
    : table_(table), stream_(std::move(stream)) {
  absl::MutexLock lock(&table_.mu_);
  taken_ = !table_.stopping_ && static_cast<int>(table_.streams_.size()) < table_.max_streams_;
  if (taken_) place_ = table_.streams_.insert(table_.streams_.end(), stream_);
}

ConnectionTable::StreamSlot::~StreamSlot() {
  // Also when it never ran: whoever feeds it must stop.
  stream_->Cancel();
  if (!taken_) return;
  absl::MutexLock lock(&table_.mu_);
  table_.streams_.erase(place_);
}

bool ConnectionTable::EndOldestWaiting(absl::Duration age) {
  const Deadline latest = std::chrono::steady_clock::now() - absl::ToChronoMilliseconds(age);
  absl::MutexLock lock(&mu_);
  const auto oldest = std::find_if(records_.begin(), records_.end(), [](const Record& record) { return record.waits; });
  if (oldest == records_.end() || oldest->waits_since > latest) return false;
  shutdown(oldest->fd, SHUT_RDWR);
  oldest->waits = false;
  return true;
}

void ConnectionTable::BeginStop() {
  std::list<std::shared_ptr<ResponseStream>> streams;
  {
    absl::MutexLock lock(&mu_);
    stopping_ = true;
    streams = streams_;
    for (const Record& record : records_) {
      if (record.waits) shutdown(record.fd, SHUT_RDWR);
    }
  }
  for (const auto& stream : streams) stream->Cancel();
}

bool ConnectionTable::stopping() const {
  absl::MutexLock lock(&mu_);
  return stopping_;
}

void ConnectionTable::EndAll() {
  absl::MutexLock lock(&mu_);
  for (const Record& record : records_) shutdown(record.fd, SHUT_RDWR);
}

int ConnectionTable::connections() const {
  absl::MutexLock lock(&mu_);
  return static_cast<int>(records_.size());
}

int ConnectionTable::streams() const {
  absl::MutexLock lock(&mu_);
  return static_cast<int>(streams_.size());
}

}  // namespace specrelay
