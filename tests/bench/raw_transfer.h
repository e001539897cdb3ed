// The bytes of a file over raw gRPC streams, the reference of files that pass through the relay.
#ifndef SPECRELAY_TESTS_BENCH_RAW_TRANSFER_H_
#define SPECRELAY_TESTS_BENCH_RAW_TRANSFER_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "ping_pong.grpc.pb.h"

namespace specrelay {

// One connection to the server at `address`. Each call says how long it took from its beginning to its end; a call that
// hangs fails after a generous while. Not thread-safe.
class RawTransfer {
 public:
  RawTransfer(const std::string& address, int64_t bytes, int64_t chunk_bytes);

  absl::StatusOr<absl::Duration> Download();
  absl::StatusOr<absl::Duration> Upload();

 private:
  bench::Load load_;
  bench::Ball chunk_;
  std::unique_ptr<bench::PingPong::Stub> stub_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_RAW_TRANSFER_H_
