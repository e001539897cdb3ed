// What the server tells the client's log.
#ifndef SPECRELAY_MCP_AGENT_MCP_CLIENT_LOG_H_
#define SPECRELAY_MCP_AGENT_MCP_CLIENT_LOG_H_

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/mcp/message_sink.h"

namespace specrelay {

// Severities of MCP, which are those of RFC 5424, in ascending order.
enum class ClientLogLevel { kDebug, kInfo, kNotice, kWarning, kError, kCritical, kAlert, kEmergency };

// The level of that name; nullopt when there is none.
absl::optional<ClientLogLevel> ParseClientLogLevel(absl::string_view name);

// At most kBurst messages in kWindow, so that a connection that comes and goes does not fill a log. Thread-safe. `sink`
// must outlive it.
class ClientLog {
 public:
  static constexpr int kBurst = 20;
  static constexpr absl::Duration kWindow = absl::Seconds(10);

  explicit ClientLog(MessageSink& sink) : sink_(sink) {}

  // Messages are sent from now on; what came before is lost.
  void Open() ABSL_LOCKS_EXCLUDED(mu_);

  // Below `level` nothing is sent. kInfo at first.
  void SetLevel(ClientLogLevel level) ABSL_LOCKS_EXCLUDED(mu_);

  // Sends a sentence for a person. `logger` names the part of the agent that speaks.
  void Say(absl::Time now, ClientLogLevel level, absl::string_view logger, absl::string_view text)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  MessageSink& sink_;

  absl::Mutex mu_;  // may take the sink's
  bool open_ ABSL_GUARDED_BY(mu_) = false;
  ClientLogLevel level_ ABSL_GUARDED_BY(mu_) = ClientLogLevel::kInfo;
  absl::Time window_start_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
  int sent_ ABSL_GUARDED_BY(mu_) = 0;  // in this window
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_CLIENT_LOG_H_
