#include "relay/live_streams.h"

#include "absl/strings/str_cat.h"

namespace specrelay {

LiveStreams::Admission& LiveStreams::Admission::operator=(Admission&& other) noexcept {
  if (this == &other) return *this;
  Release();
  streams_ = std::exchange(other.streams_, nullptr);
  kind_ = other.kind_;
  account_ = std::move(other.account_);
  return *this;
}

void LiveStreams::Admission::Release() {
  if (streams_ != nullptr) streams_->Release(kind_, account_);
  streams_ = nullptr;
}

LiveStreams::Bounds LiveStreams::BoundsOf(StreamKind kind) const {
  switch (kind) {
    case StreamKind::kAgent:
      return {"agents", limits_.agents, limits_.agents_per_account};
    case StreamKind::kWatcher:
      return {"watchers", limits_.watchers, limits_.watchers_per_account};
    case StreamKind::kTransfer:
      break;
  }
  return {"transfers", limits_.transfers, limits_.transfers_per_account};
}

absl::StatusOr<LiveStreams::Admission> LiveStreams::Admit(StreamKind kind, absl::string_view account) {
  const auto [what, max_total, max_account] = BoundsOf(kind);
  absl::MutexLock lock(&mu_);
  if (!end_.ok()) return end_;
  Counts& counts = counts_[kind];
  if (counts.total >= max_total) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the relay has ", max_total, " ", what, ", its limit; try again later"));
  }
  int& of_account = counts.by_account[account];
  if (of_account >= max_account) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the account has ", max_account, " ", what, ", its limit; close some first"));
  }
  ++counts.total;
  ++of_account;
  return Admission(this, kind, std::string(account));
}

void LiveStreams::Release(StreamKind kind, absl::string_view account) {
  absl::MutexLock lock(&mu_);
  Counts& counts = counts_[kind];
  --counts.total;
  const auto of_account = counts.by_account.find(account);
  if (--of_account->second == 0) counts.by_account.erase(of_account);
}

void LiveStreams::Add(std::weak_ptr<LiveStream> stream) {
  absl::Status end;
  {
    absl::MutexLock lock(&mu_);
    streams_.push_back(stream);
    end = end_;
  }
  const std::shared_ptr<LiveStream> live = stream.lock();
  if (!end.ok() && live != nullptr) live->End(end);
}

void LiveStreams::Tick(absl::Time now) {
  for (const auto& stream : Streams()) stream->Tick(now);
}

void LiveStreams::EndRevoked(absl::FunctionRef<bool(const Principal&)> still_granted) {
  for (const auto& stream : Streams()) {
    if (still_granted(stream->principal())) continue;
    stream->End(absl::UnauthenticatedError("the key was revoked, changed or has expired; ask for a new one"));
  }
}

void LiveStreams::EndAll(const absl::Status& status) {
  {
    absl::MutexLock lock(&mu_);
    end_ = status;
  }
  for (const auto& stream : Streams()) stream->End(status);
}

int LiveStreams::count(StreamKind kind) const {
  absl::MutexLock lock(&mu_);
  const auto counts = counts_.find(kind);
  return counts == counts_.end() ? 0 : counts->second.total;
}

// The streams that live; forgets the others.
std::vector<std::shared_ptr<LiveStream>> LiveStreams::Streams() {
  std::vector<std::shared_ptr<LiveStream>> live;
  absl::MutexLock lock(&mu_);
  live.reserve(streams_.size());
  size_t kept = 0;
  for (std::weak_ptr<LiveStream>& entry : streams_) {
    std::shared_ptr<LiveStream> stream = entry.lock();
    if (stream == nullptr) continue;
    live.push_back(std::move(stream));
    streams_[kept++].swap(entry);
  }
  streams_.resize(kept);
  return live;
}

}  // namespace specrelay
