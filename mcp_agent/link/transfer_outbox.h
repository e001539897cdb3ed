// Bodies on their way to the relay: chunks that wait, and what must not overtake them.
#ifndef SPECRELAY_MCP_AGENT_LINK_TRANSFER_OUTBOX_H_
#define SPECRELAY_MCP_AGENT_LINK_TRANSFER_OUTBOX_H_

#include <cstdint>
#include <deque>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// The frames of each body leave in their order, those of several bodies in turn. Bounded. Pure, not thread-safe.
class TransferOutbox {
 public:
  static constexpr int64_t kMaxBytes = int64_t{32} << 20;

  // A chunk or an end. False when too many bytes wait: the relay grants and does not take.
  bool Add(v1::Transfer step);

  // Whether frames of that request id wait.
  bool Has(absl::string_view request_id) const { return bodies_.contains(request_id); }

  // Leaves after the body of its request id, which must have frames that wait.
  void AddOutcome(v1::CommandOutcome outcome);

  // An aborted body: nothing of it leaves any more, but for its outcome.
  void Drop(absl::string_view request_id);

  bool empty() const { return bodies_.empty(); }

  // The next frame; must not be empty.
  v1::AgentFrame Take();

  void Clear();

 private:
  using Bodies = absl::btree_map<std::string, std::deque<v1::AgentFrame>>;  // by request id; none is empty

  Bodies bodies_;
  std::string last_;  // whose turn it was
  int64_t bytes_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_TRANSFER_OUTBOX_H_
