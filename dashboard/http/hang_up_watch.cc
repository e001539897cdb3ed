#include "dashboard/http/hang_up_watch.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace specrelay {
namespace {

constexpr uint64_t kStop = 0;
constexpr int kEventsAtOnce = 64;

}  // namespace

HangUpWatch::HangUpWatch() : epoll_fd_(epoll_create1(EPOLL_CLOEXEC)), stop_fd_(eventfd(0, EFD_CLOEXEC)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = kStop;
  epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, stop_fd_, &event);
  thread_ = std::thread([this] { Run(); });
}

HangUpWatch::~HangUpWatch() {
  eventfd_write(stop_fd_, 1);
  thread_.join();
  close(stop_fd_);
  close(epoll_fd_);
}

HangUpWatch::Watch::Watch(HangUpWatch& owner, int fd, std::shared_ptr<ResponseStream> stream) : owner_(owner), fd_(fd) {
  {
    absl::MutexLock lock(&owner_.mu_);
    id_ = ++owner_.last_id_;
    owner_.streams_.emplace(id_, std::move(stream));
  }
  epoll_event event{};
  // Once: what is cancelled stays so.
  event.events = EPOLLRDHUP | EPOLLONESHOT;
  event.data.u64 = id_;
  epoll_ctl(owner_.epoll_fd_, EPOLL_CTL_ADD, fd_, &event);
}

HangUpWatch::Watch::~Watch() {
  epoll_ctl(owner_.epoll_fd_, EPOLL_CTL_DEL, fd_, nullptr);
  absl::MutexLock lock(&owner_.mu_);
  owner_.streams_.erase(id_);
}

void HangUpWatch::Run() {
  epoll_event events[kEventsAtOnce];
  while (true) {
    const int count = epoll_wait(epoll_fd_, events, kEventsAtOnce, -1);
    for (int i = 0; i < count; ++i) {
      const uint64_t id = events[i].data.u64;  // a copy: the events are packed, and a reference would not be aligned
      if (id == kStop) return;
      std::shared_ptr<ResponseStream> stream;
      {
        absl::MutexLock lock(&mu_);
        const auto found = streams_.find(id);
        if (found != streams_.end()) stream = found->second;
      }
      if (stream != nullptr) stream->Cancel();
    }
  }
}

}  // namespace specrelay
