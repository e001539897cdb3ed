// One agent's connection: the gRPC stream behind an AgentSession.
#ifndef SPECRELAY_RELAY_AGENT_CONNECTION_H_
#define SPECRELAY_RELAY_AGENT_CONNECTION_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "proto/support/clock.h"
#include "relay/agent_session.h"
#include "relay/frame_queue.h"
#include "relay/live_streams.h"
#include "relay/principal.h"
#include "relay/relay.h"
#include "relay/stream_state.h"

namespace specrelay {

struct AgentConnectionOptions {
  FrameQueueLimits queue;
  absl::Duration register_timeout = absl::Seconds(10);
  absl::Duration write_timeout = absl::Seconds(30);  // one frame
  absl::Duration linger = absl::Seconds(2);          // for what is queued when the stream ends
};

// Thread-safe. The call owns the stream until it is done; the relay and others may hold it longer, when it refuses
// frames and no longer touches gRPC. The relay, the clock and the registry of live streams must outlive it.
class AgentConnection final : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                              public AgentSession,
                              public LiveStream,
                              public std::enable_shared_from_this<AgentConnection> {
 public:
  // Begins to serve a call.
  static std::shared_ptr<AgentConnection> Start(grpc::CallbackServerContext& context, Principal principal,
                                                LiveStreams::Admission admission, AgentConnectionOptions options,
                                                Relay& relay, const Clock& clock);

  absl::Status Enqueue(v1::RelayFrame frame) override;
  void Flush() override { Pump(); }
  Queued queued() const override;
  void Close(const absl::Status& status) override { EndWith(status, status); }

  const Principal& principal() const override { return principal_; }
  void Tick(absl::Time now) override;
  void End(const absl::Status& status) override { Close(status); }

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  AgentConnection(grpc::CallbackServerContext& context, Principal principal, LiveStreams::Admission admission,
                  AgentConnectionOptions options, Relay& relay, const Clock& clock);

  // The agent has closed its side, or is gone.
  void OnNoMoreFrames();
  // One that holds more frames is taken as all of them, in order.
  absl::Status HandleFrames(v1::AgentFrame frame);
  absl::Status HandleFrame(v1::AgentFrame frame);
  absl::Status HandleRegister(v1::Register registration);

  // Begins the end: the agent gets `status`, the relay hears `reason` at once and may give the commands that were never
  // written to another instance.
  void EndWith(const absl::Status& status, const absl::Status& reason);
  void Pump();

  // Constant after construction.
  grpc::CallbackServerContext& context_;  // until the stream has finished
  const Principal principal_;
  const AgentConnectionOptions options_;
  Relay& relay_;
  const Clock& clock_;
  const absl::Time opened_at_;

  // Owned by the flow of reads.
  grpc::ByteBuffer incoming_;
  SessionId reading_session_ = kNoSession;

  // Owned by the write under way.
  grpc::ByteBuffer outgoing_;

  // Owned by the call; given back when it is done.
  std::shared_ptr<AgentConnection> self_;
  LiveStreams::Admission admission_;

  mutable absl::Mutex mu_;
  StreamState state_ ABSL_GUARDED_BY(mu_);
  FrameQueue queue_ ABSL_GUARDED_BY(mu_);
  bool wrote_ ABSL_GUARDED_BY(mu_) = false;
  bool takes_batches_ ABSL_GUARDED_BY(mu_) = false;
  SessionId session_ ABSL_GUARDED_BY(mu_) = kNoSession;
  absl::Status end_reason_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> unsent_ ABSL_GUARDED_BY(mu_);  // commands that were queued when the end began
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_AGENT_CONNECTION_H_
