// Agents that are a version older or newer than the relay.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_DIALECT_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_DIALECT_H_

#include <vector>

#include "proto/support/version.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

enum class SimDialect {
  kSame,
  kOlder,  // leaves out what the first version did not say, and gets frames that it does not know
  kNewer,  // says so, and sends frames and fields that the relay does not know
};

inline const std::vector<SimDialect>& AllDialects() {
  static const auto& all =
      *new std::vector<SimDialect>{SimDialect::kSame, SimDialect::kSame, SimDialect::kOlder, SimDialect::kNewer};
  return all;
}

inline bool SendsUnknownFrames(SimDialect dialect) { return dialect == SimDialect::kNewer; }
inline bool SendsMessagesInParts(SimDialect dialect) { return dialect != SimDialect::kOlder; }
inline bool GetsUnknownFrames(SimDialect dialect) { return dialect == SimDialect::kOlder; }

// Makes of a frame what an agent of that dialect would send.
inline void Translate(SimDialect dialect, v1::AgentFrame& frame) {
  constexpr int kFieldOfTheFuture = 15'000;
  if (dialect == SimDialect::kOlder && frame.has_outcome()) frame.mutable_outcome()->clear_leaving();
  if (dialect == SimDialect::kOlder && frame.has_register_()) frame.mutable_register_()->clear_capabilities();
  if (dialect != SimDialect::kNewer) return;
  frame.GetReflection()->MutableUnknownFields(&frame)->AddVarint(kFieldOfTheFuture, 1);
  if (!frame.has_register_()) return;
  frame.mutable_register_()->set_protocol_version(kProtocolVersion + 1);
  frame.mutable_register_()->add_capabilities("of-the-future");
}

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_DIALECT_H_
