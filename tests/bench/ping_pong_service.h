// The server's end of the raw gRPC reference.
#ifndef SPECRELAY_TESTS_BENCH_PING_PONG_SERVICE_H_
#define SPECRELAY_TESTS_BENCH_PING_PONG_SERVICE_H_

#include "grpcpp/grpcpp.h"
#include "ping_pong.grpc.pb.h"

namespace specrelay {

// Thread-safe.
class PingPongService final : public bench::PingPong::CallbackService {
 public:
  grpc::ServerBidiReactor<bench::Ball, bench::Ball>* Play(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* Serve(grpc::CallbackServerContext* context, const bench::Ball* ball,
                                  bench::Ball* back) override;
  grpc::ServerWriteReactor<bench::Ball>* Download(grpc::CallbackServerContext* context,
                                                  const bench::Load* load) override;
  grpc::ServerReadReactor<bench::Ball>* Upload(grpc::CallbackServerContext* context, bench::Load* load) override;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_PING_PONG_SERVICE_H_
