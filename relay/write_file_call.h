// WriteFile: a file that passes from a client to an agent in parts.
#ifndef SPECRELAY_RELAY_WRITE_FILE_CALL_H_
#define SPECRELAY_RELAY_WRITE_FILE_CALL_H_

#include <cstddef>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "grpcpp/grpcpp.h"
#include "proto/support/body_transfer.h"
#include "relay/body_stream.h"
#include "relay/live_streams.h"
#include "relay/relay.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// Thread-safe. The call owns itself until it is done; the relay must outlive it. The next part is read from the client
// once the last one has gone to the agent, which takes what it has granted: that is all that is held here.
class WriteFileCall final : public grpc::ServerReadReactor<grpc::ByteBuffer>,
                            public BodyStream,
                            public LiveStream,
                            public std::enable_shared_from_this<WriteFileCall> {
 public:
  // Begins to serve a call. `response` lives as long as the call.
  static std::shared_ptr<WriteFileCall> Start(grpc::CallbackServerContext& context, Caller caller,
                                              absl::Time client_deadline, LiveStreams::Admission admission,
                                              grpc::ByteBuffer* response, Relay& relay);

  void OnStep(v1::Transfer step) override;

  const Principal& principal() const override { return caller_.principal; }
  void Tick(absl::Time now) override {}  // the command's deadline bounds it
  void End(const absl::Status& status) override;

  void OnReadDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  WriteFileCall(grpc::CallbackServerContext& context, Caller caller, absl::Time client_deadline,
                LiveStreams::Admission admission, grpc::ByteBuffer* response, Relay& relay);

  // What the client sends.
  absl::Status TakePart(v1::WriteFileRequest part) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status Begin(v1::WriteFileStart start) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status TakeData(std::string data) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status TakeEnd(const v1::WriteFileEnd& end) ABSL_LOCKS_EXCLUDED(mu_);

  absl::Status TakeStep(const v1::Transfer& step) ABSL_LOCKS_EXCLUDED(mu_);
  void OnOutcome(v1::CommandStatus status) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status CheckWritten(const v1::CommandStatus& status) ABSL_LOCKS_EXCLUDED(mu_);

  // What to do next: send a step to the agent, read the client's next part, or finish the call. One thread at a time
  // does so, hence nothing is begun on a call that has finished.
  enum class Next { kNothing, kSend, kRead, kFinish };
  void Pump() ABSL_LOCKS_EXCLUDED(mu_);
  Next ChooseLocked(v1::Transfer& step) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  v1::Transfer NextChunkLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // The content cannot pass as a whole.
  void Fail(const absl::Status& status) ABSL_LOCKS_EXCLUDED(mu_);
  void Abandon() ABSL_LOCKS_EXCLUDED(mu_);
  // The call ends with `status`, unless it has ended before.
  void EndWith(const absl::Status& status, const grpc::ByteBuffer& response = {}) ABSL_LOCKS_EXCLUDED(mu_);

  // Constant after construction.
  const Caller caller_;
  const absl::Time client_deadline_;
  const size_t max_details_bytes_;
  grpc::ByteBuffer* const response_;  // touched by who sets `end_`
  Relay& relay_;

  // Owned by the read under way, and by its reaction.
  grpc::ByteBuffer incoming_;
  std::string request_id_;  // set before the command begins

  // Owned by the call; given back when it is done.
  std::shared_ptr<WriteFileCall> self_;
  LiveStreams::Admission admission_;

  absl::Mutex mu_;
  CommandTicket ticket_ ABSL_GUARDED_BY(mu_);                   // without an account before the command has begun
  absl::optional<TransferSender> sender_ ABSL_GUARDED_BY(mu_);  // once it begins
  std::string data_ ABSL_GUARDED_BY(mu_);                       // that the agent has not got yet
  size_t data_sent_ ABSL_GUARDED_BY(mu_) = 0;
  enum class Ending { kNot, kAnnounced, kSent };
  Ending ending_ ABSL_GUARDED_BY(mu_) = Ending::kNot;
  bool reading_ ABSL_GUARDED_BY(mu_) = true;
  bool pumping_ ABSL_GUARDED_BY(mu_) = false;
  absl::optional<absl::Status> end_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_WRITE_FILE_CALL_H_
