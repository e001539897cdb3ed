#include "mcp_agent/mcp/call_table.h"

#include <utility>
#include <vector>

namespace specrelay {

CallTable::Admission CallTable::Add(const std::shared_ptr<ActiveCall>& call) {
  absl::MutexLock lock(&mu_);
  if (by_id_.contains(ToLine(call->rpc_id()))) return Admission::kDuplicateId;
  if (open_ >= max_open_) return Admission::kTooMany;
  by_id_[ToLine(call->rpc_id())] = call;
  ++open_;
  return Admission::kAdmitted;
}

void CallTable::Release(const ActiveCall& call) {
  std::shared_ptr<ActiveCall> released;  // destroyed without the lock
  absl::MutexLock lock(&mu_);
  const auto found = by_id_.find(ToLine(call.rpc_id()));
  if (found == by_id_.end() || found->second.get() != &call) return;
  released = std::move(found->second);
  by_id_.erase(found);
}

void CallTable::End() {
  absl::MutexLock lock(&mu_);
  --open_;
}

void CallTable::TakeBack(const nlohmann::ordered_json& rpc_id) {
  std::shared_ptr<ActiveCall> call;
  {
    absl::MutexLock lock(&mu_);
    const auto found = by_id_.find(ToLine(rpc_id));
    if (found == by_id_.end()) return;
    call = std::move(found->second);
    by_id_.erase(found);
  }
  call->TakeBack();
}

void CallTable::EndWaits() {
  std::vector<std::shared_ptr<ActiveCall>> calls;
  {
    absl::MutexLock lock(&mu_);
    for (const auto& [id, call] : by_id_) calls.push_back(call);
  }
  for (const std::shared_ptr<ActiveCall>& call : calls) call->EndWait();
}

bool CallTable::WaitIdle(absl::Duration timeout) {
  absl::MutexLock lock(&mu_);
  return mu_.AwaitWithTimeout(absl::Condition(this, &CallTable::IsIdleLocked), timeout);
}

}  // namespace specrelay
