// Requests through a NATS server.
#ifndef SPECRELAY_TESTS_BENCH_NATS_CLIENT_H_
#define SPECRELAY_TESTS_BENCH_NATS_CLIENT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/load_result.h"

namespace specrelay {

// Requests of `bytes` bytes to the responder behind the server at `url`, `in_flight` at a time over one connection,
// each followed by the next as soon as it is answered. Everything is flushed at once. Requests are timed when there is
// one in flight.
absl::StatusOr<LoadResult> RequestByNats(const std::string& url, int in_flight, size_t bytes, absl::Duration time);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_NATS_CLIENT_H_
