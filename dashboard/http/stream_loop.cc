#include "dashboard/http/stream_loop.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

// Texts of a stream that are sent in a row, before others have their turn.
constexpr int kTextsAtOnce = 8;

constexpr char kLastChunk[] = "0\r\n\r\n";

std::string Chunk(absl::string_view text) { return absl::StrCat(absl::Hex(text.size()), "\r\n", text, "\r\n"); }

}  // namespace

StreamLoop::StreamLoop(const StreamLoopOptions& options)
    : options_(options), epoll_fd_(epoll_create1(EPOLL_CLOEXEC)), inbox_(std::make_shared<Inbox>(epoll_fd_)) {
  thread_ = std::thread([this] { Run(); });
}

StreamLoop::~StreamLoop() {
  inbox_->Stop();
  thread_.join();
  close(epoll_fd_);
}

void StreamLoop::Take(StreamingConnection connection) { inbox_->Add(std::move(connection)); }

bool StreamLoop::WaitUntilEmpty(absl::Duration timeout) { return inbox_->AwaitEmpty(timeout); }

void StreamLoop::Run() {
  RunLoop(epoll_fd_, *inbox_, *this);
  while (!sendings_.empty()) End(sendings_.begin()->first);
}

void StreamLoop::Begin(StreamingConnection connection) {
  const Id id = ++last_id_;
  auto sending = std::make_unique<Sending>();
  sending->connection = std::move(connection);
  sending->watched = EPOLLRDHUP;
  epoll_event event{};
  event.events = sending->watched;
  event.data.u64 = id;
  const bool watched = epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, sending->connection.fd, &event) == 0;
  sending->connection.stream->WhenReady([inbox = inbox_, id] { inbox->AddReady(id); });
  sendings_.emplace(id, std::move(sending));
  if (watched) return Advance(id);
  Log(LogLevel::kError, "event stream dropped",
      {{"reason", "the system watches no more sockets"}, {"what_to_do", "raise fs.epoll.max_user_watches"}});
  End(id);
}

void StreamLoop::OnEvents(Id id, uint32_t events) {
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) return End(id);
  Advance(id);
}

void StreamLoop::Advance(Id id) {
  const auto found = sendings_.find(id);
  if (found == sendings_.end()) return;
  Sending& sending = *found->second;
  for (int texts = 0; texts < kTextsAtOnce; ++texts) {
    if (sending.unsent.empty() && !TakeNext(sending)) return;
    absl::string_view left = sending.unsent;
    const IoProgress progress = sending.connection.transport->WriteSome(left);
    if (progress == IoProgress::kClosed) return End(id);
    if (progress != IoProgress::kDone) {
      sending.unsent.erase(0, sending.unsent.size() - left.size());
      return Watch(id, sending, progress == IoProgress::kAwaitsReadable ? EPOLLIN : EPOLLOUT);
    }
    sending.unsent = std::string();
    Watch(id, sending, 0);
    if (sending.ended) {
      sending.connection.transport->EndWrites();
      return End(id);
    }
  }
  inbox_->AddReady(id);
}

bool StreamLoop::TakeNext(Sending& sending) {
  const absl::optional<std::string> text = sending.connection.stream->Next();
  if (text.has_value() && text->empty()) return false;
  sending.ended = !text.has_value();
  sending.unsent = sending.ended ? kLastChunk : Chunk(*text);
  sending.deadline =
      DeadlineAfter(options_.write_timeout +
                    absl::Seconds(1) * static_cast<int64_t>(sending.unsent.size()) / options_.min_bytes_per_second);
  return true;
}

void StreamLoop::Watch(Id id, Sending& sending, uint32_t events) {
  events |= EPOLLRDHUP;
  if (sending.watched == events) return;
  sending.watched = events;
  epoll_event event{};
  event.events = events;
  event.data.u64 = id;
  epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, sending.connection.fd, &event);
}

void StreamLoop::EndOverdue(Deadline now) {
  std::vector<Id> overdue;
  for (const auto& [id, sending] : sendings_) {
    if (!sending->unsent.empty() && sending->deadline <= now) overdue.push_back(id);
  }
  for (const Id id : overdue) End(id);
}

void StreamLoop::End(Id id) {
  const auto found = sendings_.find(id);
  if (found == sendings_.end()) return;
  StreamingConnection& connection = found->second->connection;
  connection.stream->Cancel();
  connection.slot.reset();
  connection.entry.reset();
  connection.transport.reset();
  close(connection.fd);  // which ends watching it, too
  sendings_.erase(found);
  inbox_->OnEnded();
}

}  // namespace specrelay
