// RelayLink's frames: what comes in, what goes out, and the commands in between.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/link/command_outcomes.h"
#include "mcp_agent/link/relay_link.h"
#include "proto/support/body_transfer.h"
#include "proto/support/capabilities.h"
#include "proto/support/command_catalog.h"
#include "proto/support/log.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

// A relay that states no interval, or an absurd one, must neither keep a dead stream alive nor break a good one.
constexpr absl::Duration kDefaultHeartbeat = absl::Seconds(30);
constexpr absl::Duration kLeastHeartbeat = absl::Seconds(1);
constexpr absl::Duration kMostHeartbeat = absl::Minutes(5);

absl::Duration HeartbeatInterval(const v1::Welcome& welcome) {
  const absl::Duration stated = FromProto(welcome.heartbeat_interval());
  if (stated <= absl::ZeroDuration()) return kDefaultHeartbeat;
  return std::min(std::max(stated, kLeastHeartbeat), kMostHeartbeat);
}

bool IsWrite(const v1::Command& command) {
  const CommandInfo* info = FindCommand(command);
  return info != nullptr && info->access == v1::COMMAND_ACCESS_WRITE;
}

}  // namespace

NextWrite RelayLink::OnWritable(v1::AgentFrame& frame) {
  Effects effects;
  NextWrite next;
  {
    absl::MutexLock lock(&mu_);
    next = outbound_.Next(frame);
    // The transport asks again only after Register has been written, hence it is connected.
    if (state_ == LinkState::kConnecting && !frame.has_register_()) {
      TransitionTo(LinkState::kRegistering, "connected", effects);
    }
    if (next == NextWrite::kHalfClose) ArmLocked(options_.goodbye_timeout, &RelayLink::GoodbyeOverdueLocked);
  }
  Run(effects);
  return next;
}

void RelayLink::OnFrame(v1::RelayFrame frame, absl::Time read_at) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    last_read_ = read_at;
    HandleFrameLocked(frame, effects);
  }
  Run(effects);
}

void RelayLink::HandleFrameLocked(v1::RelayFrame& frame, Effects& effects) {
  last_heard_ = dependencies_.timers->Now();
  effects.Drop(messages_.DropOverdue(last_heard_));  // soon enough: the relay speaks at each heartbeat
  if (frame.has_welcome()) return HandleWelcomeLocked(frame.welcome(), effects);
  if (state_ != LinkState::kConnected && state_ != LinkState::kDraining) return;
  switch (frame.frame_case()) {
    case v1::RelayFrame::kPing:
      outbound_.AddPong(frame.ping().nonce());
      effects.wake = stream_;
      break;
    case v1::RelayFrame::kCommand:
      HandleCommandLocked(std::move(*frame.mutable_command()), effects);
      break;
    case v1::RelayFrame::kCancel:
      HandleCancelLocked(frame.cancel().request_id(), effects);
      break;
    case v1::RelayFrame::kTransfer:
      HandleTransferLocked(std::move(*frame.mutable_transfer()), effects);
      break;
    case v1::RelayFrame::kEventAck:
      outbound_.events().Acknowledge(frame.event_ack().sequence());
      effects.wake = stream_;
      break;
    case v1::RelayFrame::kStateRequest:
      HandleStateRequestLocked(frame.state_request().nonce(), effects);
      break;
    case v1::RelayFrame::kDrain:
      if (state_ == LinkState::kDraining) break;
      drained_ = true;
      retry_after_ = FromProto(frame.drain().retry_after());
      BeginDrainLocked("the relay asked the agent to come back later", effects);
      break;
    case v1::RelayFrame::kWelcome:
    case v1::RelayFrame::FRAME_NOT_SET:  // of a later version
      break;
  }
}

void RelayLink::HandleWelcomeLocked(const v1::Welcome& welcome, Effects& effects) {
  if (stopping_ || (state_ != LinkState::kConnecting && state_ != LinkState::kRegistering)) return;
  heartbeat_interval_ = HeartbeatInterval(welcome);
  outbound_.Welcomed(welcome.max_frame_bytes());
  takes_messages_ = Names(welcome, kTransferMessageCapability);
  encoding_ = Names(welcome, kTransferGzipCapability) ? ChunkEncoding::kGzip : ChunkEncoding::kPlain;
  backoff_.Connected(dependencies_.timers->Now());
  if (dependencies_.on_welcome != nullptr) {
    effects.news.push_back([this, welcome] { dependencies_.on_welcome(welcome); });
  }
  TransitionTo(LinkState::kConnected, "welcomed by relay " + welcome.server_version().substr(0, 64), effects);
  ArmLocked(3 * heartbeat_interval_, &RelayLink::CheckHeartbeatLocked);
  effects.wake = stream_;
}

void RelayLink::HandleCancelLocked(const std::string& request_id, Effects& effects) {
  const absl::Status taken_back = absl::CancelledError("taken back before it began");
  if (commands_.Cancel(request_id)) RefuseLocked(request_id, taken_back, effects);
  MessageInbox::Dropped incomplete = messages_.DropCommand(request_id);
  for (const auto& command : incomplete) SendStepLocked(AbortOf(command->transfer_id(), taken_back), effects);
  effects.Drop(std::move(incomplete));
  effects.cancelled_commands = {request_id};
  effects.cancelled_because = absl::CancelledError("taken back");
  if (std::shared_ptr<BodyLine> body = commands_.FindBody(request_id); body != nullptr) {
    effects.broken.push_back(std::move(body));
  }
}

// --- Commands -------------------------------------------------------------------------------------------------------

void RelayLink::HandleCommandLocked(v1::CommandDelivery delivery, Effects& effects) {
  const std::string request_id = delivery.request_id();
  if (state_ == LinkState::kDraining) {
    return GiveBackLocked(request_id, effects);
  }
  const auto cost_bytes = static_cast<int64_t>(delivery.ByteSizeLong());
  if (delivery.body() == v1::BODY_KIND_MESSAGE) return BeginMessageLocked(std::move(delivery), effects);
  if (delivery.body() != v1::BODY_KIND_UNSPECIFIED &&
      (delivery.body() != v1::BODY_KIND_FILE || dependencies_.execute_streamed == nullptr)) {
    return RefuseLocked(request_id, absl::UnimplementedError("this agent does not take such a body; update the agent"),
                        effects);
  }
  const bool quick = delivery.body() == v1::BODY_KIND_UNSPECIFIED && dependencies_.is_quick != nullptr &&
                     inline_budget_.Allows(last_read_, last_heard_) && dependencies_.is_quick(delivery);
  const DeliveryToken token = AddCommandLocked(std::move(delivery));
  if (quick) return effects.quick.push_back(token);
  SubmitLocked(token, request_id, cost_bytes, effects);
}

void RelayLink::SubmitLocked(DeliveryToken token, const std::string& request_id, int64_t cost_bytes, Effects& effects) {
  if (dependencies_.runner->TrySubmit(cost_bytes, [self = shared_from_this(), token] { self->RunCommand(token); })) {
    return;
  }
  commands_.Finish(token);
  RefuseLocked(request_id,
               absl::ResourceExhaustedError("too many commands wait at the agent; nothing was done; try again shortly"),
               effects);
}

void RelayLink::RunCommand(DeliveryToken token) {
  const std::unique_ptr<v1::CommandDelivery> delivery = BeginCommand(token);
  if (delivery == nullptr) return;
  const bool is_write = IsWrite(delivery->command());
  auto receive = [self = shared_from_this(), token, is_write](v1::CommandOutcome outcome) {
    self->OnOutcome(token, std::move(outcome), is_write);
  };
  if (delivery->body() == v1::BODY_KIND_UNSPECIFIED) return dependencies_.execute(*delivery, std::move(receive));
  std::shared_ptr<BodyLine> body;
  {
    absl::MutexLock lock(&mu_);
    body = commands_.BodyOf(token);
  }
  // Its stream has ended in this moment.
  if (body == nullptr) return;
  dependencies_.execute_streamed(*delivery, std::move(body), std::move(receive));
}

void RelayLink::RunQuickly(DeliveryToken token) {
  std::unique_ptr<v1::CommandDelivery> delivery = BeginCommand(token);
  if (delivery == nullptr) return;
  const absl::Time begun = dependencies_.timers->Now();
  absl::optional<v1::CommandOutcome> outcome = dependencies_.execute_quickly(*delivery);
  // What makes a large answer ready to go apart keeps a thread busy, beside which making it again is little.
  const bool done = outcome.has_value() && static_cast<int64_t>(outcome->ByteSizeLong()) <= options_.max_whole_bytes;
  if (done) EndCommand(token, *std::move(outcome), absl::nullopt, /*is_write=*/false);
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    inline_budget_.Took(begun, dependencies_.timers->Now());
    if (!done) {
      const std::string request_id = delivery->request_id();
      const auto cost_bytes = static_cast<int64_t>(delivery->ByteSizeLong());
      if (commands_.PutBack(token, std::move(delivery))) SubmitLocked(token, request_id, cost_bytes, effects);
    }
  }
  Run(effects);
}

void RelayLink::OnOutcome(DeliveryToken token, v1::CommandOutcome outcome, bool is_write) {
  absl::optional<ApartOutcome> apart = SetApartIfLarge(token, is_write, outcome);
  EndCommand(token, std::move(outcome), std::move(apart), is_write);
}

void RelayLink::EndCommand(DeliveryToken token, v1::CommandOutcome outcome, absl::optional<ApartOutcome> apart,
                           bool is_write) {
  const std::string request_id = apart.has_value() ? apart->header.request_id() : outcome.request_id();
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    if (commands_.Finish(token)) {
      if (!apart.has_value()) {
        SendOutcomeLocked(std::move(outcome), is_write, effects);
      } else if (!outbound_.messages().Add(*apart)) {
        SendOutcomeLocked(WithoutResult(std::move(apart->header), is_write), is_write, effects);
      }
      effects.wake = stream_;
      SayGoodbyeIfDoneLocked(effects);
    } else {
      effects.logs.push_back([request_id] {
        Log(LogLevel::kInfo, "outcome dropped", {{"request_id", request_id}, {"reason", "its stream has ended"}});
      });
    }
  }
  Run(effects);
}

std::unique_ptr<v1::CommandDelivery> RelayLink::BeginCommand(DeliveryToken token) {
  Effects effects;
  std::unique_ptr<v1::CommandDelivery> delivery;
  {
    absl::MutexLock lock(&mu_);
    bool expired = false;
    delivery = commands_.Begin(token, dependencies_.timers->Now(), expired);
    if (delivery == nullptr || !expired) return delivery;
    commands_.Finish(token);
    // Not CANCELLED: nobody took it back, and whoever wants it may send it again.
    RefuseLocked(delivery->request_id(),
                 absl::UnavailableError("its time was over before the agent could begin; nothing was done; send the "
                                        "command again"),
                 effects);
  }
  Run(effects);
  return nullptr;
}

void RelayLink::RefuseLocked(absl::string_view request_id, const absl::Status& status, Effects& effects) {
  SendOutcomeLocked(RefusedOutcome(request_id, status), /*is_write=*/false, effects);
}

void RelayLink::GiveBackLocked(absl::string_view request_id, Effects& effects) {
  v1::CommandOutcome outcome = RefusedOutcome(
      request_id, absl::UnavailableError("the agent is leaving; nothing was done; send the command again"));
  outcome.set_leaving(true);
  SendOutcomeLocked(std::move(outcome), /*is_write=*/false, effects);
}

void RelayLink::SendOutcomeLocked(v1::CommandOutcome outcome, bool is_write, Effects& effects) {
  if (!outbound_.AddOutcome(std::move(outcome), is_write)) {
    CancelStreamLocked("the relay sends commands and does not take the outcomes", effects);
    return;
  }
  effects.wake = stream_;
}

// --- Files ----------------------------------------------------------------------------------------------------------

void RelayLink::OnChanges(std::vector<v1::FileChanged> changes, absl::string_view missed_reason) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    if (!outbound_.is_open()) return;
    EventOutbox& events = outbound_.events();
    const int64_t dropped_before = events.dropped();
    if (!missed_reason.empty()) events.NoteMissed(missed_reason);
    for (v1::FileChanged& change : changes) events.Add(std::move(change));
    if (events.dropped() > dropped_before && !std::exchange(drops_logged_, true)) {
      effects.logs.push_back([project = options_.registration.project().project_id()] {
        Log(LogLevel::kWarning, "events dropped", {{"project", project}, {"reason", "the relay does not keep up"}});
      });
    }
    effects.wake = stream_;
  }
  Run(effects);
}

void RelayLink::ReportProgress(v1::JobProgress report) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    if (!outbound_.is_open()) return;
    outbound_.AddProgress(std::move(report));
    effects.wake = stream_;
  }
  Run(effects);
}

void RelayLink::HandleStateRequestLocked(uint64_t nonce, Effects& effects) {
  state_nonce_ = nonce;
  effects.take_snapshot = !std::exchange(snapshot_pending_, true);
}

void RelayLink::TakeSnapshot() {
  const absl::Status status = dependencies_.snapshot(
      [self = shared_from_this()](std::vector<v1::FileState> files) { self->OnSnapshot(std::move(files)); });
  if (!status.ok()) OnSnapshot(status);
}

void RelayLink::OnSnapshot(absl::StatusOr<std::vector<v1::FileState>> files) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    snapshot_pending_ = false;
    // A request that came while the snapshot was under way, even of a later stream, gets this one: whatever changed
    // since is still to be reported.
    if (!state_nonce_.has_value()) return;
    if (files.ok()) {
      outbound_.SetTreeState(*state_nonce_, *std::move(files));
      effects.wake = stream_;
    } else {
      CancelStreamLocked(absl::StrCat("the tree's state cannot be told: ", files.status().message()), effects);
    }
    state_nonce_.reset();
  }
  Run(effects);
}

}  // namespace specrelay
