#include "mcp_agent/mcp/client_log.h"

#include <array>
#include <cstddef>
#include <utility>

#include "mcp_agent/mcp/json_rpc.h"

namespace specrelay {
namespace {

constexpr std::array<absl::string_view, 8> kNames = {"debug", "info",     "notice", "warning",
                                                     "error", "critical", "alert",  "emergency"};

}  // namespace

absl::optional<ClientLogLevel> ParseClientLogLevel(absl::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<ClientLogLevel>(i);
  }
  return absl::nullopt;
}

void ClientLog::Open() {
  absl::MutexLock lock(&mu_);
  open_ = true;
}

void ClientLog::SetLevel(ClientLogLevel level) {
  absl::MutexLock lock(&mu_);
  level_ = level;
}

void ClientLog::Say(absl::Time now, ClientLogLevel level, absl::string_view logger, absl::string_view text) {
  absl::MutexLock lock(&mu_);
  if (!open_ || level < level_) return;
  if (now - window_start_ >= kWindow) {
    window_start_ = now;
    sent_ = 0;
  }
  if (sent_ >= kBurst) return;
  ++sent_;
  sink_.TrySend(
      ToLine(NotificationMessage("notifications/message", {{"level", std::string(kNames[static_cast<size_t>(level)])},
                                                           {"logger", std::string(logger)},
                                                           {"data", std::string(text)}})));
}

}  // namespace specrelay
