// Lines to a pipe, from any thread, by one that writes.
#ifndef SPECRELAY_MCP_AGENT_MCP_LINE_WRITER_H_
#define SPECRELAY_MCP_AGENT_MCP_LINE_WRITER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "mcp_agent/mcp/message_sink.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {

// Beyond these what can be dropped is, and whoever produces the rest waits in WaitForRoom().
struct LineWriterLimits {
  size_t max_lines = 1024;
  size_t max_bytes = 4 << 20;
};

// Thread-safe. SIGPIPE must be ignored. Shutdown: Close(); when it fails, the reader at the other end does not read,
// and the writer must not be destroyed: that would wait for it.
class LineWriter final : public MessageSink {
 public:
  // `on_broken` is called once, on the writer's thread, when nobody can read any more.
  LineWriter(UniqueFd output, std::function<void()> on_broken, LineWriterLimits limits = {});
  ~LineWriter() override;

  void Send(std::string line) override ABSL_LOCKS_EXCLUDED(mu_);
  bool TrySend(std::string line) override ABSL_LOCKS_EXCLUDED(mu_);

  // Returns when there is room for more, or there is no more to write to.
  void WaitForRoom() ABSL_LOCKS_EXCLUDED(mu_);

  // Lets nobody wait any longer: what comes now is little, and the end is near.
  void StopWaiting() ABSL_LOCKS_EXCLUDED(mu_);

  // Takes no more lines and writes those that it has. False when that lasts longer than `timeout`; may be called again.
  bool Close(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void QueueLocked(std::string line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  bool Write(const std::string& text) const;
  bool HasRoomLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return ended_ || nobody_waits_ || (lines_.size() < limits_.max_lines && bytes_ < limits_.max_bytes);
  }
  bool HasWorkLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return closed_ || !lines_.empty(); }

  const UniqueFd output_;
  const std::function<void()> on_broken_;
  const LineWriterLimits limits_;

  absl::Mutex mu_;
  std::deque<std::string> lines_ ABSL_GUARDED_BY(mu_);
  size_t bytes_ ABSL_GUARDED_BY(mu_) = 0;
  bool nobody_waits_ ABSL_GUARDED_BY(mu_) = false;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;  // the thread writes no more

  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_LINE_WRITER_H_
