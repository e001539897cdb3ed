#include "dashboard/events/event_fan_out.h"

#include <atomic>
#include <utility>

namespace specrelay {

class EventFanOut::Channel final : public EventWaker, public std::enable_shared_from_this<EventFanOut::Channel> {
 public:
  Channel(EventFanOut& fan_out, std::shared_ptr<EventLog> log) : fan_out_(fan_out), log_(std::move(log)) {}

  void Wake() override {
    if (!pending_.exchange(true)) fan_out_.MarkPending(shared_from_this());
  }

  void WakeStreams() {
    // Before the streams read: an event that comes from now on makes another round.
    pending_ = false;
    streams_.WakeAll();
  }

  void Add(std::weak_ptr<EventWaker> stream) { streams_.Add(std::move(stream)); }

 private:
  EventFanOut& fan_out_;
  const std::shared_ptr<EventLog> log_;  // so that its address names no other log meanwhile
  std::atomic<bool> pending_{false};
  EventWakers streams_;
};

EventFanOut::EventFanOut() : thread_([this] { Run(); }) {}

EventFanOut::~EventFanOut() {
  {
    absl::MutexLock lock(&mu_);
    stopping_ = true;
  }
  thread_.join();
}

std::shared_ptr<EventFanOut::Channel> EventFanOut::Subscribe(const std::shared_ptr<EventLog>& log,
                                                             std::weak_ptr<EventWaker> stream) {
  std::shared_ptr<Channel> channel = ChannelOf(log);
  channel->Add(std::move(stream));
  return channel;
}

std::shared_ptr<EventFanOut::Channel> EventFanOut::ChannelOf(const std::shared_ptr<EventLog>& log) {
  absl::MutexLock lock(&mu_);
  if (std::shared_ptr<Channel> channel = channels_[log.get()].lock(); channel != nullptr) return channel;
  absl::erase_if(channels_, [](const auto& entry) { return entry.second.expired(); });
  auto channel = std::make_shared<Channel>(*this, log);
  log->Subscribe(channel);
  channels_[log.get()] = channel;
  return channel;
}

void EventFanOut::MarkPending(std::shared_ptr<Channel> channel) {
  absl::MutexLock lock(&mu_);
  pending_.push_back(std::move(channel));
}

void EventFanOut::Run() {
  while (true) {
    std::vector<std::shared_ptr<Channel>> round;
    {
      absl::MutexLock lock(&mu_);
      const auto due = [this]() ABSL_SHARED_LOCKS_REQUIRED(mu_) { return stopping_ || !pending_.empty(); };
      mu_.Await(absl::Condition(&due));
      if (stopping_) return;
      round.swap(pending_);
    }
    for (const std::shared_ptr<Channel>& channel : round) channel->WakeStreams();
  }
}

}  // namespace specrelay
