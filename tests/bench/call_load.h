// Unary calls, as fast as they are answered.
#ifndef SPECRELAY_TESTS_BENCH_CALL_LOAD_H_
#define SPECRELAY_TESTS_BENCH_CALL_LOAD_H_

#include <functional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "tests/bench/load_result.h"

namespace specrelay {

// Begins the call of a lane, which has one at a time; `done` gets its status, once, on any thread. Thread-safe.
using BeginCall =
    std::function<void(int lane, grpc::ClientContext& context, std::function<void(const grpc::Status&)> done)>;

// Makes calls for so long, `in_flight` at a time, each followed by the next as soon as it is answered. Fails with the
// first call that fails.
absl::StatusOr<LoadResult> RunCallLoad(const BeginCall& begin, int in_flight, absl::Duration time);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_CALL_LOAD_H_
