// Commands through a relay, as fast as it takes them.
#ifndef SPECRELAY_TESTS_BENCH_EXECUTE_LOAD_H_
#define SPECRELAY_TESTS_BENCH_EXECUTE_LOAD_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "specrelay/v1/relay.pb.h"
#include "tests/bench/load_result.h"
#include "tests/support/cluster.h"

namespace specrelay {

// Executes `request` again and again by unary calls over one connection, `in_flight` at a time, each followed by the
// next as soon as it is answered. Fails with the first command that fails.
absl::StatusOr<LoadResult> RunExecuteLoad(Client& client, const v1::ExecuteRequest& request, int in_flight,
                                          absl::Duration time);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_EXECUTE_LOAD_H_
