// A streaming call that ends before it began.
#ifndef SPECRELAY_RELAY_REFUSED_STREAM_H_
#define SPECRELAY_RELAY_REFUSED_STREAM_H_

#include "grpcpp/grpcpp.h"

namespace specrelay {

// Finishes the call with `status`; owned by the call.
template <typename Reactor>
class RefusedStream final : public Reactor {
 public:
  explicit RefusedStream(const grpc::Status& status) { this->Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_REFUSED_STREAM_H_
