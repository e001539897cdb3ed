// ReadFile: a file that passes from an agent to a client in parts.
#ifndef SPECRELAY_RELAY_READ_FILE_CALL_H_
#define SPECRELAY_RELAY_READ_FILE_CALL_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "proto/support/body_transfer.h"
#include "proto/support/clock.h"
#include "relay/body_stream.h"
#include "relay/live_streams.h"
#include "relay/relay.h"
#include "relay/stream_state.h"
#include "relay/transfer_call_options.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// Thread-safe. The call owns itself until it is done; the relay and the clock must outlive it. The agent may send as
// far as the client has read, and a window more: that is all that is held here.
class ReadFileCall final : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                           public BodyStream,
                           public LiveStream,
                           public std::enable_shared_from_this<ReadFileCall> {
 public:
  // Begins the command, which names its request id.
  static std::shared_ptr<ReadFileCall> Start(grpc::CallbackServerContext& context, const Caller& caller,
                                             v1::ExecuteRequest request, absl::Time client_deadline,
                                             LiveStreams::Admission admission, TransferCallOptions options,
                                             Relay& relay, const Clock& clock);

  void OnStep(v1::Transfer step) override;

  const Principal& principal() const override { return principal_; }
  void Tick(absl::Time now) override;
  void End(const absl::Status& status) override;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  ReadFileCall(grpc::CallbackServerContext& context, Principal principal, const std::string& request_id,
               LiveStreams::Admission admission, TransferCallOptions options, Relay& relay, const Clock& clock);

  absl::Status TakeStep(v1::Transfer step) ABSL_LOCKS_EXCLUDED(mu_);
  void OnOutcome(v1::CommandStatus status) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status CheckWhole(const v1::CommandStatus& status) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // What is sent of the file no longer counts; lets the agent go on.
  void Grant() ABSL_LOCKS_EXCLUDED(mu_);
  // Ends the call without what waits to be written.
  void Fail(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_);
  void Abandon() ABSL_LOCKS_EXCLUDED(mu_);
  void Pump() ABSL_LOCKS_EXCLUDED(mu_);

  // Constant after construction.
  grpc::CallbackServerContext& context_;  // until the call has finished
  const Principal principal_;
  const std::string request_id_;
  const TransferCallOptions options_;
  const size_t max_details_bytes_;
  Relay& relay_;
  const Clock& clock_;

  // Owned by the write under way.
  grpc::ByteBuffer outgoing_;
  int64_t outgoing_bytes_ = 0;  // of the file

  // Owned by the call; given back when it is done.
  std::shared_ptr<ReadFileCall> self_;
  LiveStreams::Admission admission_;

  absl::Mutex mu_;
  StreamState state_ ABSL_GUARDED_BY(mu_);
  bool failed_ ABSL_GUARDED_BY(mu_) = false;
  CommandTicket ticket_ ABSL_GUARDED_BY(mu_);  // without an account before the command has begun
  TransferReceiver receiver_ ABSL_GUARDED_BY(mu_);
  std::deque<v1::ReadFileResponse> waiting_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_READ_FILE_CALL_H_
