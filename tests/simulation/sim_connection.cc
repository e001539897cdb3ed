#include "tests/simulation/sim_connection.h"

#include <algorithm>

namespace specrelay {
namespace {

Principal AgentPrincipal() {
  Principal principal;
  principal.account = "acme";
  principal.role = Role::kAgent;
  principal.key_id = "key_agent";
  principal.key_name = "laptop";
  return principal;
}

}  // namespace

SimConnection::SimConnection(std::shared_ptr<SimProcess> agent, SimDialect dialect,
                             std::shared_ptr<SimProcess> relay_process, Relay* relay,
                             std::shared_ptr<RelayStreamHandler> handler, SimRandom& random)
    : agent_(std::move(agent)),
      dialect_(dialect),
      relay_process_(std::move(relay_process)),
      relay_(relay),
      random_(random),
      handler_(std::move(handler)),
      queue_(FrameQueueLimits()) {}

// --- The network ----------------------------------------------------------------------------------------------------

void SimConnection::Carry(Direction& direction, const std::shared_ptr<SimProcess>& to, EventLoop::Task task) {
  if (broken_) return;
  if (stalled_) {
    direction.held.push_back(std::move(task));
    return;
  }
  const absl::Time now = to->loop().NowWithoutLeaps();
  const absl::Duration delay = random_.Chance(0.05) ? random_.Between(absl::Milliseconds(20), absl::Milliseconds(800))
                                                    : random_.Between(absl::Microseconds(200), absl::Milliseconds(20));
  direction.last_arrival = std::max(now + delay, direction.last_arrival);
  to->Post(direction.last_arrival - now, [self = shared_from_this(), epoch = epoch_, task = std::move(task)]() mutable {
    if (epoch == self->epoch_) task();
  });
}

void SimConnection::CarryHeld(Direction& direction, const std::shared_ptr<SimProcess>& to) {
  for (EventLoop::Task& task : std::exchange(direction.held, {})) Carry(direction, to, std::move(task));
}

void SimConnection::Unstall() {
  if (!std::exchange(stalled_, false)) return;
  CarryHeld(to_relay_, relay_process_);
  CarryHeld(to_agent_, agent_);
}

void SimConnection::Break(Notice notice) {
  if (broken_) return;
  if (random_.Chance(0.5)) ++epoch_;
  broken_ = true;
  to_relay_.held.clear();
  to_agent_.held.clear();
  const absl::Status lost = absl::UnavailableError("the connection was lost");
  const auto self = shared_from_this();
  const absl::Duration least = absl::Seconds(1);  // after what is still under way
  if (notice == Notice::kBoth || notice == Notice::kAgent) {
    agent_->Post(random_.Between(least, absl::Seconds(3)), [self, lost] { self->EndAtAgent(lost); });
  }
  if (notice == Notice::kBoth || notice == Notice::kRelay) {
    relay_process_->Post(random_.Between(least, absl::Seconds(3)), [self, lost] { self->EndAtRelay(lost); });
  }
}

void SimConnection::OnAgentDeath() {
  handler_ = nullptr;
  Carry(to_relay_, relay_process_, [self = shared_from_this()] {
    self->EndAtRelay(absl::UnavailableError("the connection to the agent was lost"));
  });
}

void SimConnection::OnRelayDeath() {
  Carry(to_agent_, agent_,
        [self = shared_from_this()] { self->EndAtAgent(absl::UnavailableError("the relay is gone")); });
}

// --- The agent's side -----------------------------------------------------------------------------------------------

void SimConnection::Start() {
  agent_->Post(random_.Between(absl::Milliseconds(1), absl::Milliseconds(50)), [self = shared_from_this()] {
    if (self->relay_ == nullptr || self->relay_process_->dead()) {
      return self->EndAtAgent(absl::UnavailableError("connection refused"));
    }
    self->connected_ = true;
    self->Wake();
  });
}

void SimConnection::Wake() {
  if (!connected_ || cancelled_ || half_closed_ || pumping_ || handler_ == nullptr || agent_->dead()) return;
  pumping_ = true;
  bool more = true;
  while (more && to_relay_.frames < kWindow && handler_ != nullptr && !agent_->dead()) {
    v1::AgentFrame frame;
    switch (handler_->OnWritable(frame)) {
      case NextWrite::kFrame:
        ++to_relay_.frames;
        Translate(dialect_, frame);
        Carry(to_relay_, relay_process_, [self = shared_from_this(), frame = std::move(frame)]() mutable {
          --self->to_relay_.frames;
          self->agent_->Post(absl::ZeroDuration(), [self] { self->Wake(); });
          self->OnRelayFrame(std::move(frame));
        });
        if (SendsUnknownFrames(dialect_)) {
          Carry(to_relay_, relay_process_, [self = shared_from_this()] {
            if (self->session_ != kNoSession) self->OnRelayFrame(v1::AgentFrame());
          });
        }
        break;
      case NextWrite::kHalfClose:
        half_closed_ = true;
        more = false;
        Carry(to_relay_, relay_process_, [self = shared_from_this()] {
          if (self->closing_) return;
          self->EndAtRelay(absl::CancelledError("the agent closed its stream"));
          self->Carry(self->to_agent_, self->agent_, [self] { self->EndAtAgent(absl::OkStatus()); });
        });
        break;
      case NextWrite::kNothing:
        more = false;
        break;
    }
  }
  pumping_ = false;
}

void SimConnection::Cancel() {
  if (std::exchange(cancelled_, true)) return;
  const auto self = shared_from_this();
  agent_->Post(absl::ZeroDuration(), [self] { self->EndAtAgent(absl::CancelledError("cancelled")); });
  Carry(to_relay_, relay_process_,
        [self] { self->EndAtRelay(absl::UnavailableError("the connection to the agent was lost")); });
}

void SimConnection::EndAtAgent(const absl::Status& status) {
  if (const auto handler = std::exchange(handler_, nullptr)) handler->OnClosed(status);
}

// --- The relay's side -----------------------------------------------------------------------------------------------

void SimConnection::OnRelayFrame(v1::AgentFrame frame) {
  if (closing_ || relay_ == nullptr) return;
  if (session_ != kNoSession) return relay_->OnFrame(session_, std::move(frame));
  const absl::StatusOr<SessionId> session =
      relay_->Register(AgentPrincipal(), std::move(*frame.mutable_register_()), shared_from_this());
  if (!session.ok()) return Close(session.status());
  session_ = *session;
}

absl::Status SimConnection::Enqueue(v1::RelayFrame frame) {
  if (closing_) return absl::FailedPreconditionError("the agent's stream is ending");
  return queue_.Push(std::move(frame));
}

void SimConnection::Flush() {
  while (!queue_.empty() && to_agent_.frames < kWindow) {
    ++to_agent_.frames;
    if (GetsUnknownFrames(dialect_)) {
      Carry(to_agent_, agent_, [self = shared_from_this()] {
        if (self->handler_ != nullptr) self->handler_->OnFrame(v1::RelayFrame(), absl::InfiniteFuture());
      });
    }
    Carry(to_agent_, agent_, [self = shared_from_this(), frame = queue_.Pop()]() mutable {
      --self->to_agent_.frames;
      self->relay_process_->Post(absl::ZeroDuration(), [self] { self->Flush(); });
      if (self->handler_ != nullptr) self->handler_->OnFrame(std::move(frame), absl::InfiniteFuture());
    });
  }
}

AgentSession::Queued SimConnection::queued() const {
  return {static_cast<int64_t>(queue_.size()), static_cast<int64_t>(queue_.body_frames()), queue_.bytes(),
          queue_.free_bytes()};
}

void SimConnection::Close(const absl::Status& status) {
  if (closing_) return;
  EndAtRelay(status);
  Flush();
  Carry(to_agent_, agent_, [self = shared_from_this(), status] { self->EndAtAgent(status); });
}

void SimConnection::EndAtRelay(const absl::Status& reason) {
  if (std::exchange(closing_, true)) return;
  const std::vector<std::string> unsent = queue_.TakeCommands();
  if (session_ != kNoSession) relay_->Disconnect(session_, reason, unsent);
}

}  // namespace specrelay
