// What doctor asks the relay. Nothing of it registers an agent or changes anything.
#ifndef SPECRELAY_MCP_AGENT_DOCTOR_RELAY_PROBE_H_
#define SPECRELAY_MCP_AGENT_DOCTOR_RELAY_PROBE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace specrelay {

// A relay's answer to a key. The texts are empty where it does not tell.
struct RelayGreeting {
  absl::Status status;   // OK also for a valid key that may not list projects, as an agent's may not
  std::string role;      // of the key
  std::string time;      // ISO 8601
  std::string protocol;  // "OLDEST-NEWEST"
  absl::Time asked;      // by this machine's clock
  absl::Time answered;
};

// Calls block, each for some seconds at most.
class RelayProbe {
 public:
  virtual ~RelayProbe() = default;

  // Whether something listens at the address: names are looked up and a connection is made, nothing is said.
  virtual absl::Status Reach() = 0;

  // Whether that speaks the protocol: gRPC, over TLS where that was asked for.
  virtual absl::Status Connect() = 0;

  virtual RelayGreeting Greet(const std::string& key) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_DOCTOR_RELAY_PROBE_H_
