// The client's end of the raw gRPC reference.
#ifndef SPECRELAY_TESTS_BENCH_PING_PONG_CLIENT_H_
#define SPECRELAY_TESTS_BENCH_PING_PONG_CLIENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/load_result.h"

namespace specrelay {

// Plays with the server at `address` over one stream, `in_flight` balls of `bytes` bytes at a time, each thrown again
// as soon as it comes back. Trips are timed when there is one in flight.
absl::StatusOr<LoadResult> PlayPingPong(const std::string& address, int in_flight, size_t bytes, absl::Duration time);

// The same by unary calls over one connection.
absl::StatusOr<LoadResult> ServePingPong(const std::string& address, int in_flight, size_t bytes, absl::Duration time);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_PING_PONG_CLIENT_H_
