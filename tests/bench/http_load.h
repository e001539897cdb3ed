// A client of an HTTP server that costs as little as it can, so that it is not what is measured: one thread, requests
// that are made beforehand, and of an answer only what is needed to find its end.
#ifndef SPECRELAY_TESTS_BENCH_HTTP_LOAD_H_
#define SPECRELAY_TESTS_BENCH_HTTP_LOAD_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "tests/bench/load_result.h"

namespace specrelay {

struct HttpLoad {
  std::string address;  // HOST:PORT
  int connections = 1;
  absl::Duration time;
  // The whole request that a connection is to send as its `number`th, from 0; valid until the next call.
  std::function<absl::string_view(int connection, int64_t number)> request;
  // The `number`th request of a connection was answered; may be left out.
  std::function<void(int connection, int64_t number)> answered = nullptr;
};

// A request with everything around `body`, for RunHttpLoad.
std::string HttpRequestText(absl::string_view method, absl::string_view target, const std::string& address,
                            absl::string_view key, absl::string_view body = "");

// Sends one request after the other on each connection, all of them at once, and waits for the answers that are under
// way when the time is over. Connections that the server closes between requests are opened anew. Fails at the first
// answer that is not 200.
absl::StatusOr<LoadResult> RunHttpLoad(const HttpLoad& load);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_HTTP_LOAD_H_
