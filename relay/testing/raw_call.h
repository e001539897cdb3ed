// Calls by name with bytes for messages: what no generated stub would send, and services whose stubs are not at hand.
#ifndef SPECRELAY_RELAY_TESTING_RAW_CALL_H_
#define SPECRELAY_RELAY_TESTING_RAW_CALL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpcpp/grpcpp.h"

namespace specrelay {

struct RawResult {
  grpc::Status status;
  std::vector<std::string> responses;
};

// Calls a method such as "/specrelay.v1.Relay/Execute" with `requests`, one or more, and reads all responses.
// `half_close` says whether the client closes its side after them, as a unary call does.
RawResult RawCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::vector<std::string>& requests, absl::string_view key, bool half_close = true);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TESTING_RAW_CALL_H_
