#include "mcp_agent/watch/change_batch.h"

#include <utility>

namespace specrelay {

void ChangeBatch::Resync(absl::string_view reason) {
  if (!batch_.changes.empty()) Flush();
  if (batch_.resync_reason.empty()) batch_.resync_reason = std::string(reason);
}

void ChangeBatch::Add(v1::FileChanged change) {
  content_bytes_ += change.content().size();
  batch_.changes.push_back(std::move(change));
  if (batch_.changes.size() >= kMaxChanges || content_bytes_ >= kMaxContentBytes) Flush();
}

void ChangeBatch::Flush() {
  if (batch_.changes.empty() && batch_.resync_reason.empty()) return;
  content_bytes_ = 0;
  deliver_(std::exchange(batch_, TreeChanges()));
}

}  // namespace specrelay
