#include "mcp_agent/watch/inotify_queue.h"

#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>

namespace specrelay {

InotifyQueue::InotifyQueue() : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {}

ssize_t InotifyQueue::Take(char* buffer, size_t size) {
  // Under the lock, or else Generation() could find the queue empty and what was taken from it not yet counted.
  absl::MutexLock lock(&mu_);
  ssize_t length;
  do {
    length = ::read(fd_.get(), buffer, size);
  } while (length < 0 && errno == EINTR);
  if (length > 0) {
    ++generation_;
    complete_ = false;
  }
  return length;
}

void InotifyQueue::SetComplete(bool complete) {
  absl::MutexLock lock(&mu_);
  complete_ = complete;
}

absl::optional<uint64_t> InotifyQueue::Generation() const {
  absl::MutexLock lock(&mu_);
  if (!complete_) return absl::nullopt;
  int queued_bytes = 0;
  if (::ioctl(fd_.get(), FIONREAD, &queued_bytes) != 0 || queued_bytes != 0) return absl::nullopt;
  return generation_;
}

}  // namespace specrelay
