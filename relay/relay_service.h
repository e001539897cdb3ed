// The gRPC service that clients call.
#ifndef SPECRELAY_RELAY_RELAY_SERVICE_H_
#define SPECRELAY_RELAY_RELAY_SERVICE_H_

#include <memory>

#include "grpcpp/grpcpp.h"
#include "proto/support/clock.h"
#include "relay/key_store.h"
#include "relay/live_streams.h"
#include "relay/read_file_call.h"
#include "relay/relay.h"
#include "relay/watch_stream.h"
#include "relay/write_file_call.h"
#include "specrelay/v1/relay.grpc.pb.h"

namespace specrelay {

// All methods take bytes; see relay/wire_message.h for the reason.
using RawRelayService = v1::Relay::WithRawCallbackMethod_Execute<
    v1::Relay::WithRawCallbackMethod_Submit<v1::Relay::WithRawCallbackMethod_WaitCommand<
        v1::Relay::WithRawCallbackMethod_Watch<v1::Relay::WithRawCallbackMethod_ListProjects<
            v1::Relay::WithRawCallbackMethod_ListAgents<v1::Relay::WithRawCallbackMethod_ListQueue<
                v1::Relay::WithRawCallbackMethod_GetQueuedCommand<v1::Relay::WithRawCallbackMethod_CancelCommand<
                    v1::Relay::WithRawCallbackMethod_ResolveConflict<v1::Relay::WithRawCallbackMethod_ReadFile<
                        v1::Relay::WithRawCallbackMethod_WriteFile<v1::Relay::Service>>>>>>>>>>>>;

// Thread-safe. What it is given must outlive it, and it the server that it is registered with.
class RelayService final : public RawRelayService {
 public:
  RelayService(WatchStreamOptions watch_options, Relay& relay, const KeyStore& keys, LiveStreams& streams,
               const Clock& clock)
      : watch_options_(watch_options), relay_(relay), keys_(keys), streams_(streams), clock_(clock) {}

  grpc::ServerUnaryReactor* Execute(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                    grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                   grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* WaitCommand(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                        grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* Watch(grpc::CallbackServerContext* context,
                                                    const grpc::ByteBuffer* request) override;
  grpc::ServerUnaryReactor* ListProjects(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                         grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListAgents(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                       grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ListQueue(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                      grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* GetQueuedCommand(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                             grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* CancelCommand(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) override;
  grpc::ServerUnaryReactor* ResolveConflict(grpc::CallbackServerContext* context, const grpc::ByteBuffer* request,
                                            grpc::ByteBuffer* response) override;
  grpc::ServerWriteReactor<grpc::ByteBuffer>* ReadFile(grpc::CallbackServerContext* context,
                                                       const grpc::ByteBuffer* request) override;
  grpc::ServerReadReactor<grpc::ByteBuffer>* WriteFile(grpc::CallbackServerContext* context,
                                                       grpc::ByteBuffer* response) override;

 private:
  // Who calls; then reads the request.
  absl::StatusOr<Caller> Receive(grpc::CallbackServerContext& context, const grpc::ByteBuffer& bytes,
                                 google::protobuf::Message& request) const;
  // A call that the relay answers at once.
  template <typename Request, typename Call>
  grpc::ServerUnaryReactor* AnswerNow(grpc::CallbackServerContext& context, const grpc::ByteBuffer& request,
                                      grpc::ByteBuffer& response, const Call& call) const;
  absl::StatusOr<std::shared_ptr<ReadFileCall>> StartReadFile(grpc::CallbackServerContext& context,
                                                              const grpc::ByteBuffer& bytes);
  absl::StatusOr<std::shared_ptr<WriteFileCall>> StartWriteFile(grpc::CallbackServerContext& context,
                                                                grpc::ByteBuffer* response);
  absl::StatusOr<std::shared_ptr<WatchStream>> StartWatch(grpc::CallbackServerContext& context,
                                                          const grpc::ByteBuffer& bytes);
  // When the client stops waiting, by the service's clock.
  absl::Time ClientDeadline(const grpc::CallbackServerContext& context) const;

  const WatchStreamOptions watch_options_;
  Relay& relay_;
  const KeyStore& keys_;
  LiveStreams& streams_;
  const Clock& clock_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_RELAY_SERVICE_H_
