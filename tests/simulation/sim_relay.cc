#include "tests/simulation/sim_relay.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(100);

RelayOptions OptionsOf(int start, const Clock& wall_clock, int64_t max_whole_bytes) {
  RelayOptions options;
  options.max_whole_bytes = max_whole_bytes;
  options.wall_clock = &wall_clock;
  options.epoch = absl::StrCat("epoch", start);
  // As in production, but for a life that is shorter.
  options.heartbeat_interval = absl::Seconds(6);
  options.busy_heartbeat_interval = absl::Seconds(2);
  options.queue_patience = absl::Seconds(12);
  options.queue_keep = SimRelay::kQueueKeep;
  options.queue = SimRelay::QueueLimits();
  options.suspect_after = absl::Seconds(1);
  options.dead_after = absl::Seconds(3);
  options.event_log.max_events = 64;  // few, so that watchers fall behind
  return options;
}

}  // namespace

RoomBook::Limits SimRelay::QueueLimits() { return {{6, 3600}, {9, 5400}, {9, 5400}}; }

void SimRelay::Start() {
  if (current_ != nullptr) return;
  current_ = std::make_unique<Life>();
  current_->process = std::make_shared<SimProcess>(loop_);
  current_->relay = std::make_unique<Relay>(OptionsOf(++starts_, wall_clock_, max_whole_bytes_), steady_clock_);
  record_.Attach(*current_->relay, starts_);
  Tick(current_->process, current_->relay.get());
}

void SimRelay::Tick(const std::shared_ptr<SimProcess>& process, Relay* relay) {
  process->Post(kTick, [this, process, relay] {
    relay->Tick();
    ++ticks_;
    Tick(process, relay);
  });
}

void SimRelay::Crash() {
  if (current_ == nullptr) return;
  current_->process->Kill();
  for (const auto& weak : current_->connections) {
    if (const auto connection = weak.lock()) connection->OnRelayDeath();
  }
  for (Call& call : current_->calls) {
    if (*call.ended) continue;
    loop_.After(random_.Between(absl::Milliseconds(1), absl::Milliseconds(200)), std::move(call.failed));
  }
  ended_.push_back(std::move(current_));
}

void SimRelay::Pause() {
  if (current_ != nullptr) current_->process->Pause();
}

void SimRelay::Resume() {
  if (current_ != nullptr) current_->process->Resume();
}

void SimRelay::DrainAndRestart() {
  if (!running()) return;
  current_->relay->Drain(absl::Seconds(1));
  const auto process = current_->process;
  const auto deadline = loop_.Now() + absl::Seconds(10);
  // Shared with itself by the task, which posts itself anew.
  auto poll = std::make_shared<std::function<void()>>();
  *poll = [this, process, deadline, poll] {
    if (current_ == nullptr || current_->process != process) return;
    if (current_->relay->pending_commands() > 0 && loop_.Now() < deadline) {
      process->Post(absl::Milliseconds(50), [poll] { (*poll)(); });
      return;
    }
    Crash();
    loop_.After(absl::Milliseconds(300), [this] { Start(); });
  };
  process->Post(absl::Milliseconds(200), [poll] { (*poll)(); });
}

void SimRelay::Send(Call call) {
  const absl::Duration way = random_.Between(absl::Microseconds(200), absl::Milliseconds(30));
  if (current_ == nullptr || random_.Chance(0.02)) {
    loop_.After(way, std::move(call.failed));
    return;
  }
  current_->calls.push_back(call);
  current_->process->Post(
      way, [relay = current_->relay.get(), this, serve = std::move(call.serve)] { serve(*relay, steady_clock_); });
}

std::shared_ptr<SimConnection> SimRelay::Connect(std::shared_ptr<SimProcess> agent, SimDialect dialect,
                                                 std::shared_ptr<RelayStreamHandler> handler) {
  const auto process = current_ == nullptr ? std::make_shared<SimProcess>(loop_) : current_->process;
  auto connection =
      std::make_shared<SimConnection>(std::move(agent), dialect, process, relay(), std::move(handler), random_);
  if (current_ != nullptr) current_->connections.push_back(connection);
  return connection;
}

}  // namespace specrelay
