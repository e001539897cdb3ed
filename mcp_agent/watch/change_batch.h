// Groups changes into deliveries of bounded size.
#ifndef SPECRELAY_MCP_AGENT_WATCH_CHANGE_BATCH_H_
#define SPECRELAY_MCP_AGENT_WATCH_CHANGE_BATCH_H_

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

// Changes of a tree in the order in which they were seen.
struct TreeChanges {
  std::vector<v1::FileChanged> changes;
  // When not empty, changes before these may have been missed, for this reason.
  std::string resync_reason;
};

// Not thread-safe. Delivers from within Add() as soon as a batch is full, so that a scan of any size needs bounded
// memory.
class ChangeBatch {
 public:
  static constexpr size_t kMaxChanges = 256;
  static constexpr size_t kMaxContentBytes = 1 << 20;

  explicit ChangeBatch(std::function<void(TreeChanges)> deliver) : deliver_(std::move(deliver)) {}

  // Delivers what has been added, so that `reason` does not speak of changes after the gap, and opens a batch with it.
  // A later reason in an otherwise empty batch is dropped: one resync serves for all.
  void Resync(absl::string_view reason);

  void Add(v1::FileChanged change);

  // Delivers what there is, if anything.
  void Flush();

 private:
  const std::function<void(TreeChanges)> deliver_;
  TreeChanges batch_;
  size_t content_bytes_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WATCH_CHANGE_BATCH_H_
