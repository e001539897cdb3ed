#include "relay/testing/fake_agent.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "proto/support/command_catalog.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

}  // namespace

FakeAgent::FakeAgent(const std::shared_ptr<grpc::Channel>& channel, absl::string_view key, Handler handler,
                     Reading reading)
    : handler_(std::move(handler)), stub_(v1::AgentGateway::NewStub(channel)) {
  if (!key.empty()) context_.AddMetadata("authorization", absl::StrCat("Bearer ", key));
  context_.set_wait_for_ready(true);
  stream_ = stub_->Connect(&context_);
  if (reading == Reading::kYes) reader_ = std::thread([this] { ReadAll(); });
}

FakeAgent::~FakeAgent() {
  context_.TryCancel();
  if (!reader_.joinable()) reader_ = std::thread([this] { ReadAll(); });
  reader_.join();
}

bool FakeAgent::Send(const v1::AgentFrame& frame) {
  absl::MutexLock lock(&write_mu_);
  return stream_->Write(frame);
}

void FakeAgent::SendRegister(const v1::Register& registration) {
  v1::AgentFrame frame;
  *frame.mutable_register_() = registration;
  Send(frame);
}

v1::RelayFrame FakeAgent::WaitFor(const std::function<bool(const v1::RelayFrame&)>& wanted) {
  v1::RelayFrame found;
  const auto done = [&] {
    mu_.AssertReaderHeld();
    for (const v1::RelayFrame& frame : frames_) {
      if (!wanted(frame)) continue;
      found = frame;
      return true;
    }
    return end_.has_value();
  };
  absl::MutexLock lock(&mu_);
  const bool in_time = mu_.AwaitWithTimeout(absl::Condition(&done), kPatience);
  EXPECT_TRUE(in_time && found.frame_case() != v1::RelayFrame::FRAME_NOT_SET)
      << "the frame did not come" << (end_.has_value() ? "; the stream ended: " + end_->error_message() : "");
  return found;
}

void FakeAgent::CloseWrites() {
  absl::MutexLock lock(&write_mu_);
  stream_->WritesDone();
}

void FakeAgent::Vanish() { context_.TryCancel(); }

grpc::Status FakeAgent::WaitForEnd() {
  if (!reader_.joinable()) reader_ = std::thread([this] { ReadAll(); });
  absl::MutexLock lock(&mu_);
  const auto ended = [this] {
    mu_.AssertReaderHeld();
    return end_.has_value();
  };
  if (!mu_.AwaitWithTimeout(absl::Condition(&ended), kPatience)) {
    ADD_FAILURE() << "the stream did not end";
    return grpc::Status(grpc::StatusCode::UNKNOWN, "the stream did not end");
  }
  return *end_;
}

std::vector<v1::CommandDelivery> FakeAgent::commands() const {
  std::vector<v1::CommandDelivery> commands;
  absl::MutexLock lock(&mu_);
  for (const v1::RelayFrame& frame : frames_) {
    if (frame.has_command()) commands.push_back(frame.command());
  }
  return commands;
}

void FakeAgent::ReadAll() {
  v1::RelayFrame frame;
  while (stream_->Read(&frame)) Receive(frame);
  const grpc::Status status = stream_->Finish();
  absl::MutexLock lock(&mu_);
  end_ = status;
}

void FakeAgent::Receive(const v1::RelayFrame& frame) {
  {
    absl::MutexLock lock(&mu_);
    frames_.push_back(frame);
  }
  v1::AgentFrame answer;
  if (frame.has_ping()) {
    answer.mutable_pong()->set_nonce(frame.ping().nonce());
    Send(answer);
  } else if (frame.has_command() && handler_ != nullptr) {
    absl::optional<v1::CommandOutcome> outcome = handler_(frame.command());
    if (!outcome.has_value()) return;
    *answer.mutable_outcome() = *std::move(outcome);
    Send(answer);
  }
}

v1::CommandOutcome Applied(const v1::CommandDelivery& delivery) {
  v1::CommandOutcome outcome;
  outcome.set_request_id(delivery.request_id());
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  v1::CommandResult& result = *outcome.mutable_result();
  result.GetReflection()->MutableMessage(&result, FindCommand(delivery.command())->result_field);
  return outcome;
}

}  // namespace specrelay
