#include "tests/bench/event_clients.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "proto/support/status_macros.h"
#include "tests/integration/sse_client.h"

namespace specrelay {
namespace {

constexpr size_t kDigits = 6;
constexpr size_t kReadBytes = 64 << 10;
constexpr absl::Duration kPatience = absl::Minutes(2);
constexpr int kPauseMs = 1000;

}  // namespace

std::string MarkedEvents::Mark(int number) {
  sent_ns_[static_cast<size_t>(number)] = absl::GetCurrentTimeNanos();
  return absl::StrFormat("%s%0*d", prefix_, static_cast<int>(kDigits), number);
}

EventClients::EventClients(const MarkedEvents& events)
    : events_(events), epoll_(epoll_create1(EPOLL_CLOEXEC)), buffer_(kReadBytes) {}

EventClients::~EventClients() {
  for (const auto& client : clients_) close(client->fd);
  close(epoll_);
}

absl::Status EventClients::Open(const std::string& address, const std::string& key, const std::string& query) {
  auto one = std::make_unique<One>();
  one->fd = OpenSse(address, {key, query, /*last_event_id=*/""});
  if (one->fd < 0) return absl::UnavailableError("an event stream cannot be opened");
  epoll_event interest{};
  interest.events = EPOLLIN;
  interest.data.ptr = one.get();
  epoll_ctl(epoll_, EPOLL_CTL_ADD, one->fd, &interest);
  clients_.push_back(std::move(one));
  return absl::OkStatus();
}

absl::Status EventClients::AwaitGreetings() {
  ASSIGN_OR_RETURN(const bool all, ReadUntil([this] { return greeted_ == clients_.size(); }));
  if (all) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat(greeted_, " of ", clients_.size(), " event streams are open"));
}

absl::Status EventClients::AwaitMarks(int64_t count) {
  expected_ += count;
  RETURN_IF_ERROR(ReadUntil([this] { return marks_ >= expected_; }).status());
  if (marks_ == expected_) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(marks_, " events came instead of ", expected_));
}

std::vector<double> EventClients::TakeLatenciesMs() { return std::exchange(latencies_ms_, {}); }

template <typename Done>
absl::StatusOr<bool> EventClients::ReadUntil(const Done& done) {
  // Streams have signs of life, so that something comes all the time.
  const absl::Time deadline = absl::Now() + kPatience;
  while (!done()) {
    if (absl::Now() > deadline) return false;
    epoll_event ready[256];
    const int count = epoll_wait(epoll_, ready, 256, kPauseMs);
    for (int i = 0; i < count; ++i) RETURN_IF_ERROR(Read(*static_cast<One*>(ready[i].data.ptr)));
  }
  return true;
}

absl::Status EventClients::Read(One& one) {
  const ssize_t count = recv(one.fd, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return absl::OkStatus();
  if (count <= 0) return absl::UnavailableError("an event stream has ended");
  const int64_t now_ns = absl::GetCurrentTimeNanos();
  const absl::string_view bytes(buffer_.data(), static_cast<size_t>(count));
  if (!one.greeted && absl::StrContains(bytes, "id: ")) {
    one.greeted = true;
    ++greeted_;
  }
  one.tail.append(bytes.data(), bytes.size());
  FindMarks(one, one.tail, now_ns);
  return absl::OkStatus();
}

void EventClients::FindMarks(One& one, absl::string_view bytes, int64_t now_ns) {
  const size_t mark_bytes = events_.prefix().size() + kDigits;
  size_t begin = 0;
  for (size_t at = bytes.find(events_.prefix()); at != absl::string_view::npos && at + mark_bytes <= bytes.size();
       at = bytes.find(events_.prefix(), begin)) {
    int number = 0;
    begin = at + mark_bytes;
    if (!absl::SimpleAtoi(bytes.substr(at + events_.prefix().size(), kDigits), &number)) continue;
    ++marks_;
    latencies_ms_.push_back(static_cast<double>(now_ns - events_.sent_ns(number)) / 1e6);
  }
  const size_t keep = std::min(bytes.size() - begin, mark_bytes - 1);
  one.tail.erase(0, bytes.size() - keep);
}

}  // namespace specrelay
