#include "dashboard/http/turned_away.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace specrelay {
namespace {

constexpr absl::Duration kStay = absl::Seconds(1);
constexpr size_t kMaxGuests = 512;

// Whether the peer may have more to send.
bool Discard(int fd) {
  char ignored[4096];
  // A bounded number of times: others wait.
  for (int i = 0; i < 16; ++i) {
    const ssize_t count = recv(fd, ignored, sizeof(ignored), MSG_DONTWAIT);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
  }
  return true;
}

}  // namespace

TurnedAway::TurnedAway(std::string answer)
    : answer_(std::move(answer)), wake_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), thread_([this] { Run(); }) {}

TurnedAway::~TurnedAway() {
  {
    absl::MutexLock lock(&mu_);
    ended_ = true;
  }
  eventfd_write(wake_fd_, 1);
  thread_.join();
  close(wake_fd_);
}

void TurnedAway::Take(int fd) {
  // The answer fits into the buffer of a new socket.
  const bool sent = !answer_.empty() && send(fd, answer_.data(), answer_.size(), MSG_DONTWAIT | MSG_NOSIGNAL) ==
                                            static_cast<ssize_t>(answer_.size());
  if (!sent) {
    close(fd);
    return;
  }
  shutdown(fd, SHUT_WR);
  {
    absl::MutexLock lock(&mu_);
    arrived_.push_back({fd, DeadlineAfter(kStay)});
  }
  eventfd_write(wake_fd_, 1);
}

void TurnedAway::Run() {
  std::deque<Guest> guests;  // the oldest first
  std::vector<pollfd> polled;
  while (true) {
    {
      absl::MutexLock lock(&mu_);
      guests.insert(guests.end(), arrived_.begin(), arrived_.end());
      arrived_.clear();
      if (ended_) break;
    }
    const Deadline now = std::chrono::steady_clock::now();
    while (!guests.empty() && (guests.size() > kMaxGuests || guests.front().leaves <= now)) {
      close(guests.front().fd);
      guests.pop_front();
    }
    polled.assign(1, {wake_fd_, POLLIN, 0});
    for (const Guest& guest : guests) polled.push_back({guest.fd, POLLIN, 0});
    const auto left = guests.empty() ? std::chrono::milliseconds(-1)
                                     : std::chrono::ceil<std::chrono::milliseconds>(guests.front().leaves - now);
    if (poll(polled.data(), polled.size(), static_cast<int>(left.count())) <= 0) continue;
    eventfd_t ignored;
    eventfd_read(wake_fd_, &ignored);
    for (size_t i = guests.size(); i > 0; --i) {
      if (polled[i].revents == 0 || Discard(guests[i - 1].fd)) continue;
      close(guests[i - 1].fd);
      guests.erase(guests.begin() + static_cast<std::ptrdiff_t>(i - 1));
    }
  }
  for (const Guest& guest : guests) close(guest.fd);
}

}  // namespace specrelay
