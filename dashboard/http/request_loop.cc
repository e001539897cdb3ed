#include "dashboard/http/request_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "proto/support/log.h"

namespace specrelay {

RequestLoop::RequestLoop(RequestLoopOptions options)
    : options_(std::move(options)),
      epoll_fd_(epoll_create1(EPOLL_CLOEXEC)),
      inbox_(std::make_shared<Inbox>(epoll_fd_)) {
  thread_ = std::thread([this] { Run(); });
}

RequestLoop::~RequestLoop() {
  inbox_->Stop();
  thread_.join();
  close(epoll_fd_);
}

void RequestLoop::Take(std::unique_ptr<Connection> connection) { inbox_->Add(std::move(connection)); }

void RequestLoop::Run() {
  RunLoop(epoll_fd_, *inbox_, *this);
  while (!served_.empty()) End(served_.begin()->first);
}

void RequestLoop::Begin(std::unique_ptr<Connection> connection) {
  const LoopId id = ++last_id_;
  epoll_event event{};
  // Told once: what comes while a response is pending is read after it, without another word.
  event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
  event.data.u64 = id;
  const bool watched = epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, connection->fd(), &event) == 0;
  Served& served = served_[id];
  served.connection = std::move(connection);
  if (watched) return Follow(id, served, Connection::State::kPending);
  Log(LogLevel::kError, "connection dropped",
      {{"reason", "the system watches no more sockets"}, {"what_to_do", "raise fs.epoll.max_user_watches"}});
  End(id);
}

void RequestLoop::OnEvents(LoopId id, uint32_t events) {
  const auto found = served_.find(id);
  if (found == served_.end()) return;
  if (!found->second.pending) return Follow(id, found->second, found->second.connection->TryServe());
  // Who only says no more may still read; who is gone may not.
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) End(id);
}

void RequestLoop::OnReady(Ready ready) {
  const auto found = served_.find(ready.id);
  if (found == served_.end()) return;
  Served& served = found->second;
  if (served.pending && served.request == ready.request) Follow(ready.id, served, served.connection->TryAnswer());
}

void RequestLoop::Follow(LoopId id, Served& served, Connection::State state) {
  const bool answered = served.pending;
  served.pending = state == Connection::State::kPending;
  switch (state) {
    case Connection::State::kPending: {
      const Ready ready{id, ++served.request};
      served.deadline = DeadlineAfter(options_.pending_timeout);
      served.connection->BeginPending([inbox = inbox_, ready] { inbox->AddReady(ready); });
      break;
    }
    case Connection::State::kWaits:
      // What has come since may be no request, but the empty lines that are skipped before one.
      if (answered) served.deadline = DeadlineAfter(options_.idle_timeout);
      break;
    case Connection::State::kBlocks:
      options_.serve(Release(id));
      inbox_->OnEnded();
      break;
    case Connection::State::kEnded:
      End(id);
      break;
  }
}

void RequestLoop::EndOverdue(Deadline now) {
  std::vector<LoopId> overdue;
  for (const auto& [id, served] : served_) {
    if (served.deadline <= now) overdue.push_back(id);
  }
  for (const LoopId id : overdue) {
    Served& served = served_.at(id);
    if (served.pending) {
      Follow(id, served, served.connection->TryAnswer());
    } else {
      End(id);
    }
  }
}

std::unique_ptr<Connection> RequestLoop::Release(LoopId id) {
  const auto found = served_.find(id);
  std::unique_ptr<Connection> connection = std::move(found->second.connection);
  served_.erase(found);
  epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, connection->fd(), nullptr);
  return connection;
}

void RequestLoop::End(LoopId id) {
  Release(id).reset();
  inbox_->OnEnded();
}

}  // namespace specrelay
