#include "mcp_agent/link/grpc_relay_stream.h"

#include <atomic>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "google/protobuf/repeated_field.h"
#include "grpcpp/grpcpp.h"
#include "proto/support/callback_threads.h"
#include "proto/support/capabilities.h"
#include "proto/support/command_error.h"
#include "proto/support/frame_batch.h"
#include "proto/support/status_macros.h"
#include "specrelay/v1/agent_gateway.grpc.pb.h"

namespace specrelay {
namespace {

constexpr absl::Duration kStatusTimeout = absl::Seconds(1);

// The RPC owns this object through `self_` from Start() until OnDone. One hold stands for all writes, which begin
// outside of reactions; it is removed once no write is in flight and none may begin any more.
class GrpcRelayStream final : public RelayStream,
                              public grpc::ClientBidiReactor<v1::AgentFrame, v1::RelayFrame>,
                              public std::enable_shared_from_this<GrpcRelayStream> {
 public:
  GrpcRelayStream(std::shared_ptr<grpc::Channel> channel, absl::string_view api_key,
                  std::shared_ptr<RelayStreamHandler> handler, Timers& timers)
      : stub_(v1::AgentGateway::NewStub(std::move(channel))), handler_(std::move(handler)), timers_(timers) {
    context_.AddMetadata("authorization", absl::StrCat("Bearer ", api_key));
  }

  void Start() override {
    self_ = shared_from_this();
    stub_->async()->Connect(&context_, this);
    AddHold();
    StartRead(&incoming_);
    StartCall();
    {
      absl::MutexLock lock(&mu_);
      started_ = true;
    }
    Wake();
  }

  void Wake() override {
    if (TryBeginWriting()) WriteNext();
  }

  void Cancel() override { context_.TryCancel(); }

  void OnReadDone(bool ok) override {
    if (ok) {
      HandleIncoming();
      StartRead(&incoming_);
      return;
    }
    bool remove_hold;
    {
      absl::MutexLock lock(&mu_);
      reads_over_ = true;
      remove_hold = !writing_ && !std::exchange(writes_over_, true);
      // A frame that cannot be parsed ends reading, but not the call; the status of one that has ended comes at once.
      status_timer_ = timers_.Schedule(kStatusTimeout, [weak = weak_from_this()] {
        if (const auto self = weak.lock()) self->Cancel();
      });
    }
    if (remove_hold) RemoveHold();
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      WriteNext();
    } else {
      EndWrites();
    }
  }

  void OnWritesDoneDone(bool ok) override { EndWrites(); }

  void OnDone(const grpc::Status& status) override {
    const std::shared_ptr<GrpcRelayStream> self = std::move(self_);
    handler_->OnClosed(FromGrpcStatus(status));
  }

 private:
  // What is to be written meanwhile leaves together, at the end, which the handler does not let wait (InlineBudget).
  void HandleIncoming() {
    const absl::Time read_at = timers_.Now();
    const bool writes_gather = TryBeginWriting();
    if (Names(incoming_.welcome(), kBatchCapability)) takes_batches_.store(true, std::memory_order_relaxed);
    google::protobuf::RepeatedPtrField<v1::RelayFrame> more = std::move(*incoming_.mutable_more());
    handler_->OnFrame(std::move(incoming_), read_at);
    for (v1::RelayFrame& next : more) handler_->OnFrame(std::move(next), read_at);
    if (writes_gather) WriteNext();
  }

  // Makes the caller the one who writes; false when somebody is already, who will look again, or nobody may.
  bool TryBeginWriting() {
    absl::MutexLock lock(&mu_);
    if (!started_ || writes_over_) return false;
    woken_ = true;
    return !std::exchange(writing_, true);
  }

  // Puts what else is to be written into `outgoing_`. Needs `writing_`.
  void FillBatch() {
    auto bytes = static_cast<int64_t>(outgoing_.ByteSizeLong());
    while (!half_close_ && bytes < kFullBatchBytes && outgoing_.more_size() < kMaxBatchFrames) {
      v1::AgentFrame& next = *outgoing_.add_more();
      const NextWrite kind = handler_->OnWritable(next);
      half_close_ = kind == NextWrite::kHalfClose;
      if (kind != NextWrite::kFrame) {
        outgoing_.mutable_more()->RemoveLast();
        return;
      }
      bytes += static_cast<int64_t>(next.ByteSizeLong());
    }
  }

  // Needs `writing_`, which makes the caller the only one here.
  void WriteNext() {
    while (true) {
      {
        absl::MutexLock lock(&mu_);
        if (reads_over_) break;
        woken_ = false;
      }
      switch (half_close_ ? NextWrite::kHalfClose : handler_->OnWritable(outgoing_)) {
        case NextWrite::kFrame:
          if (takes_batches_.load(std::memory_order_relaxed)) FillBatch();
          StartWrite(&outgoing_);
          return;
        case NextWrite::kHalfClose:
          StartWritesDone();
          return;
        case NextWrite::kNothing:
          break;
      }
      absl::MutexLock lock(&mu_);
      if (woken_ || reads_over_) continue;
      writing_ = false;
      return;
    }
    EndWrites();
  }

  // Needs `writing_`.
  void EndWrites() {
    {
      absl::MutexLock lock(&mu_);
      writing_ = false;
      if (std::exchange(writes_over_, true)) return;
    }
    RemoveHold();
  }

  const std::unique_ptr<v1::AgentGateway::Stub> stub_;
  const std::shared_ptr<RelayStreamHandler> handler_;
  Timers& timers_;
  grpc::ClientContext context_;
  std::shared_ptr<GrpcRelayStream> self_;  // from Start() to OnDone()

  v1::RelayFrame incoming_;                 // owned by the read in flight
  v1::AgentFrame outgoing_;                 // owned by whoever set writing_
  bool half_close_ = false;                 // the same; the handler has said so
  std::atomic<bool> takes_batches_{false};  // the relay does

  absl::Mutex mu_;
  bool started_ ABSL_GUARDED_BY(mu_) = false;
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool woken_ ABSL_GUARDED_BY(mu_) = false;  // since the handler was asked last
  bool reads_over_ ABSL_GUARDED_BY(mu_) = false;
  bool writes_over_ ABSL_GUARDED_BY(mu_) = false;  // the hold is removed
  std::unique_ptr<Timers::Timer> status_timer_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

std::shared_ptr<RelayStream> NewGrpcRelayStream(std::shared_ptr<grpc::Channel> channel, absl::string_view api_key,
                                                std::shared_ptr<RelayStreamHandler> handler, Timers& timers) {
  KeepCallbackThreads();
  return std::make_shared<GrpcRelayStream>(std::move(channel), api_key, std::move(handler), timers);
}

absl::StatusOr<std::shared_ptr<RelayStream>> GrpcConnector::NewStream(absl::string_view api_key,
                                                                      std::shared_ptr<RelayStreamHandler> handler) {
  ASSIGN_OR_RETURN(auto channel, NewRelayChannel(options_));
  return NewGrpcRelayStream(std::move(channel), api_key, std::move(handler), timers_);
}

}  // namespace specrelay
