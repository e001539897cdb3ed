#include "mcp_agent/link/relay_link.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

// Of what a relay says about why a stream ended; the rest helps nobody.
constexpr size_t kMaxReasonBytes = 400;

// Whether a person must change something before the relay takes this agent. What is wrong with a registration says so
// before Welcome; a key may be revoked at any time.
bool IsRefusal(absl::StatusCode code, bool welcomed) {
  switch (code) {
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return true;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kAlreadyExists:
      return !welcomed;
    default:
      return false;
  }
}

absl::string_view WhatToDo(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return "give a key of the agent role that is not revoked, with --api_key_file or SPECRELAY_API_KEY";
    case absl::StatusCode::kFailedPrecondition:
      return "update the agent to a version that the relay supports";
    default:
      return "check how the agent is started";
  }
}

std::string Describe(const absl::Status& status) {
  if (status.ok()) return "the relay ended the stream";
  return absl::StrCat(absl::StatusCodeToString(status.code()), ": ", status.message().substr(0, kMaxReasonBytes));
}

}  // namespace

absl::string_view LinkStateName(LinkState state) {
  switch (state) {
    case LinkState::kDisconnected:
      return "disconnected";
    case LinkState::kConnecting:
      return "connecting";
    case LinkState::kRegistering:
      return "registering";
    case LinkState::kConnected:
      return "connected";
    case LinkState::kDraining:
      return "draining";
    case LinkState::kStopped:
      return "stopped";
  }
  return "unknown";
}

RelayLink::RelayLink(RelayLinkOptions options, RelayLinkDependencies dependencies)
    : options_(std::move(options)),
      dependencies_(std::move(dependencies)),
      registration_(options_.registration),
      backoff_(dependencies_.random, options_.backoff),
      outbound_(options_.outbound) {}

void RelayLink::Start() {
  // Reads the key, hence not here.
  dependencies_.runner->SubmitUrgent([self = shared_from_this()] { self->Connect(); });
}

void RelayLink::Stop(absl::string_view reason) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    if (stopping_) return;
    stopping_ = true;
    leaving_reason_ = std::string(reason);
    switch (state_) {
      case LinkState::kDisconnected:
        timer_.reset();
        TransitionTo(LinkState::kStopped, reason, effects);
        break;
      case LinkState::kConnecting:
      case LinkState::kRegistering:
        CancelStreamLocked(reason, effects);
        break;
      case LinkState::kConnected:
        BeginDrainLocked(reason, effects);
        break;
      case LinkState::kDraining:
      case LinkState::kStopped:
        break;
    }
  }
  Run(effects);
}

void RelayLink::Reregister(v1::Register registration) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    registration_ = std::move(registration);
    if (state_ == LinkState::kConnected) {
      drained_ = true;
      retry_after_ = absl::ZeroDuration();
      BeginDrainLocked("to introduce itself anew", effects);
    } else if (state_ == LinkState::kRegistering) {
      CancelStreamLocked("to introduce itself anew", effects);
    }
  }
  Run(effects);
}

bool RelayLink::WaitStopped(absl::Duration timeout) {
  absl::MutexLock lock(&mu_);
  return mu_.AwaitWithTimeout(absl::Condition(this, &RelayLink::IsStoppedLocked), timeout);
}

LinkState RelayLink::state() const {
  absl::MutexLock lock(&mu_);
  return state_;
}

void RelayLink::Run(Effects& effects) {
  for (const auto& log : effects.logs) log();
  for (const auto& tell : effects.news) tell();
  if (effects.cancel != nullptr) effects.cancel->Cancel();
  if (effects.wake != nullptr) effects.wake->Wake();
  for (const DeliveryToken token : effects.quick) RunQuickly(token);
  if (effects.take_snapshot) TakeSnapshot();
  for (const auto& [body, step] : effects.steps) body->Deliver(step);
  for (auto& [command, step] : effects.message_steps) TakeMessageStep(command, std::move(step));
  for (const auto& body : effects.broken) body->Break(effects.cancelled_because);
  if (!effects.cancelled_commands.empty()) {
    dependencies_.cancel(effects.cancelled_commands, effects.cancelled_because);
  }
}

void RelayLink::TransitionTo(LinkState next, absl::string_view reason, Effects& effects) {
  const LinkState previous = std::exchange(state_, next);
  LogLevel level = LogLevel::kInfo;
  if (next == LinkState::kConnecting || next == LinkState::kRegistering) level = LogLevel::kDebug;
  if (next == LinkState::kConnected) last_loss_.clear();
  if (next == LinkState::kDisconnected) {
    level = reason == last_loss_ ? LogLevel::kDebug : LogLevel::kWarning;  // an absent relay is said once
    last_loss_ = std::string(reason);
  }
  effects.logs.push_back(
      [level, previous, next, project = options_.registration.project().project_id(), why = std::string(reason)] {
        Log(level, "link state",
            {{"project", project},
             {"from", std::string(LinkStateName(previous))},
             {"to", std::string(LinkStateName(next))},
             {"reason", why}});
      });
  if (level == LogLevel::kDebug || dependencies_.on_state == nullptr) return;
  effects.news.push_back([this, next, why = std::string(reason)] { dependencies_.on_state(next, why); });
}

void RelayLink::ArmLocked(absl::Duration delay, TimerHandler handler) {
  const int64_t number = ++timer_number_;
  timer_ = dependencies_.timers->Schedule(delay, [weak = weak_from_this(), number, handler] {
    const std::shared_ptr<RelayLink> self = weak.lock();
    if (self == nullptr) return;
    Effects effects;
    {
      absl::MutexLock lock(&self->mu_);
      if (number != self->timer_number_ || self->timer_ == nullptr) return;
      ((*self).*handler)(effects);
    }
    self->Run(effects);
  });
}

void RelayLink::CancelStreamLocked(absl::string_view reason, Effects& effects) {
  if (cancel_reason_.empty()) cancel_reason_ = std::string(reason);
  effects.cancel = stream_;
}

// --- Attempts -------------------------------------------------------------------------------------------------------

void RelayLink::Connect() {
  Effects begin;
  {
    absl::MutexLock lock(&mu_);
    if (state_ != LinkState::kDisconnected || stopping_) return;
    timer_.reset();
    cancel_reason_.clear();
    drained_ = false;
    drops_logged_ = false;
    TransitionTo(LinkState::kConnecting, "next attempt", begin);
  }
  Run(begin);
  absl::StatusOr<std::shared_ptr<RelayStream>> stream = NewStream();
  Effects effects;
  bool begun = false;
  {
    absl::MutexLock lock(&mu_);
    if (stream.ok() && !stopping_) {
      begun = true;
      stream_ = *stream;
      outbound_.Open(registration_);
      ArmLocked(options_.welcome_timeout, &RelayLink::WelcomeOverdueLocked);
    } else {
      AttemptEndedLocked(stream.status(), effects);
    }
  }
  Run(effects);
  if (begun) (*stream)->Start();
}

absl::StatusOr<std::shared_ptr<RelayStream>> RelayLink::NewStream() {
  const absl::StatusOr<std::string> key = dependencies_.api_key();
  // Not PERMISSION_DENIED and the like, which would be the relay's word.
  if (!key.ok()) return absl::UnavailableError(key.status().message());
  auto stream = dependencies_.connector->NewStream(*key, shared_from_this());
  if (!stream.ok()) return absl::UnavailableError(stream.status().message());
  return stream;
}

void RelayLink::OnClosed(absl::Status status) {
  Effects effects;
  {
    absl::MutexLock lock(&mu_);
    AttemptEndedLocked(status, effects);
  }
  Run(effects);
}

void RelayLink::AttemptEndedLocked(const absl::Status& status, Effects& effects) {
  const bool welcomed = state_ == LinkState::kConnected || state_ == LinkState::kDraining;
  effects.release = std::move(stream_);
  stream_ = nullptr;
  timer_.reset();
  effects.cancelled_commands = commands_.Begun();
  effects.cancelled_because = absl::CancelledError("the stream that brought the command has ended");
  effects.broken = commands_.Bodies();
  commands_.Clear();
  effects.Drop(messages_.DropAll());
  takes_messages_ = false;
  encoding_ = ChunkEncoding::kPlain;
  outbound_.Close();
  state_nonce_.reset();
  if (stopping_) {
    TransitionTo(LinkState::kStopped, leaving_reason_, effects);
    return;
  }
  const absl::Time now = dependencies_.timers->Now();
  absl::Duration delay;
  if (drained_) {
    delay = backoff_.AfterDrain(now, retry_after_);
  } else if (cancel_reason_.empty() && IsRefusal(status.code(), welcomed)) {
    SayRefusalLocked(status, effects);
    delay = backoff_.AfterRefusal();
  } else {
    delay = backoff_.AfterLoss(now);
  }
  TransitionTo(LinkState::kDisconnected, cancel_reason_.empty() ? Describe(status) : cancel_reason_, effects);
  ArmLocked(delay, &RelayLink::RetryLocked);
}

void RelayLink::SayRefusalLocked(const absl::Status& status, Effects& effects) {
  const std::string reason = Describe(status);
  if (reason == last_loss_) return;
  effects.logs.push_back([project = options_.registration.project().project_id(), reason,
                          what_to_do = std::string(WhatToDo(status.code()))] {
    Log(LogLevel::kError, "the relay refuses this agent",
        {{"project", project}, {"reason", reason}, {"what_to_do", what_to_do}, {"next_try", "in about a minute"}});
  });
}

// --- Timeouts -------------------------------------------------------------------------------------------------------

void RelayLink::RetryLocked(Effects& effects) {
  dependencies_.runner->SubmitUrgent([self = shared_from_this()] { self->Connect(); });
}

void RelayLink::WelcomeOverdueLocked(Effects& effects) {
  CancelStreamLocked(
      state_ == LinkState::kConnecting ? "the relay could not be reached in time" : "the relay did not welcome in time",
      effects);
}

void RelayLink::CheckHeartbeatLocked(Effects& effects) {
  const absl::Duration left = last_heard_ + 3 * heartbeat_interval_ - dependencies_.timers->Now();
  if (left > absl::ZeroDuration()) {
    ArmLocked(left, &RelayLink::CheckHeartbeatLocked);
  } else {
    CancelStreamLocked("the relay was silent for three heartbeats", effects);
  }
}

void RelayLink::DrainOverdueLocked(Effects& effects) {
  outbound_.SayGoodbye(leaving_reason_);
  effects.wake = stream_;
  ArmLocked(options_.goodbye_timeout, &RelayLink::GoodbyeOverdueLocked);
}

void RelayLink::GoodbyeOverdueLocked(Effects& effects) {
  CancelStreamLocked("the relay did not end the stream after goodbye", effects);
}

// --- Leaving --------------------------------------------------------------------------------------------------------

void RelayLink::BeginDrainLocked(absl::string_view reason, Effects& effects) {
  leaving_reason_ = std::string(reason);
  TransitionTo(LinkState::kDraining, reason, effects);
  for (const std::string& request_id : commands_.CancelWaiting()) GiveBackLocked(request_id, effects);
  MessageInbox::Dropped incomplete = messages_.DropAll();
  for (const auto& command : incomplete) GiveBackLocked(command->request_id(), effects);
  effects.Drop(std::move(incomplete));
  effects.cancelled_commands = commands_.Begun();
  effects.cancelled_because = absl::UnavailableError("the agent is leaving; send the command again");
  ArmLocked(options_.drain_timeout, &RelayLink::DrainOverdueLocked);
  SayGoodbyeIfDoneLocked(effects);
}

void RelayLink::SayGoodbyeIfDoneLocked(Effects& effects) {
  if (state_ != LinkState::kDraining || commands_.size() > 0) return;
  outbound_.SayGoodbye(leaving_reason_);
  effects.wake = stream_;
}

}  // namespace specrelay
