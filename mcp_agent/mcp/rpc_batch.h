// The answers to what one line held.
#ifndef SPECRELAY_MCP_AGENT_MCP_RPC_BATCH_H_
#define SPECRELAY_MCP_AGENT_MCP_RPC_BATCH_H_

#include <cstddef>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "mcp_agent/mcp/message_sink.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Sends the answers of a batch as one array once all are there; that of a single message as it is. Thread-safe. `sink`
// must outlive it.
class RpcBatch {
 public:
  explicit RpcBatch(MessageSink& sink) : RpcBatch(sink, 1, /*is_array=*/false) {}
  RpcBatch(MessageSink& sink, size_t entries) : RpcBatch(sink, entries, /*is_array=*/true) {}

  // Once for each entry, with its answer if it gets one.
  void Add(absl::optional<nlohmann::ordered_json> answer) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  RpcBatch(MessageSink& sink, size_t entries, bool is_array) : sink_(sink), is_array_(is_array), missing_(entries) {}

  MessageSink& sink_;
  const bool is_array_;

  absl::Mutex mu_;
  size_t missing_ ABSL_GUARDED_BY(mu_);
  nlohmann::ordered_json answers_ ABSL_GUARDED_BY(mu_) = nlohmann::ordered_json::array();
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_RPC_BATCH_H_
