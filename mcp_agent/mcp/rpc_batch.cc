#include "mcp_agent/mcp/rpc_batch.h"

#include <utility>

#include "mcp_agent/mcp/json_rpc.h"

namespace specrelay {

void RpcBatch::Add(absl::optional<nlohmann::ordered_json> answer) {
  nlohmann::ordered_json answers;
  {
    absl::MutexLock lock(&mu_);
    if (answer.has_value()) answers_.push_back(*std::move(answer));
    if (--missing_ > 0) return;
    answers.swap(answers_);
  }
  if (answers.empty()) return;
  sink_.Send(ToLine(is_array_ ? answers : answers.front()));
}

}  // namespace specrelay
