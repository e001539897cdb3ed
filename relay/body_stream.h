// A client's call over which the body of a command comes or goes in parts.
#ifndef SPECRELAY_RELAY_BODY_STREAM_H_
#define SPECRELAY_RELAY_BODY_STREAM_H_

#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// Implemented by gRPC calls and by fakes; thread-safe.
class BodyStream {
 public:
  virtual ~BodyStream() = default;

  // A step of the agent's, in their order, and before the command's outcome. Not under a lock; must not block.
  virtual void OnStep(v1::Transfer step) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_BODY_STREAM_H_
