#include "proto/support/library_log.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "google/protobuf/stubs/logging.h"
#include "grpc/support/log.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

constexpr int kBurst = 10;
constexpr absl::Duration kWindow = absl::Seconds(10);

// Never destroyed: threads of gRPC may log while the program ends.
LogLimiter& NewLimiter() { return *new LogLimiter(kBurst, kWindow); }

void LogLimited(LogLimiter& limiter, LogLevel level, absl::string_view library, std::string message) {
  const absl::optional<int> held_back = limiter.Admit(absl::Now());
  if (!held_back.has_value()) return;
  if (*held_back > 0) Log(LogLevel::kWarning, library, {{"held_back", absl::StrCat(*held_back, " lines")}});
  Log(level, library, {{"message", std::move(message)}});
}

void LogOfGrpc(gpr_log_func_args* line) {
  static LogLimiter& limiter = NewLimiter();
  const LogLevel level = line->severity == GPR_LOG_SEVERITY_ERROR ? LogLevel::kWarning : LogLevel::kDebug;
  LogLimited(limiter, level, "grpc", line->message);
}

void LogOfProtobuf(google::protobuf::LogLevel level, const char* /*file*/, int /*line*/, const std::string& message) {
  static LogLimiter& limiter = NewLimiter();
  LogLimited(limiter, level == google::protobuf::LOGLEVEL_INFO ? LogLevel::kDebug : LogLevel::kWarning, "protobuf",
             message);
}

}  // namespace

void RouteLibraryLogs() {
  gpr_log_verbosity_init();  // as the environment says; gRPC itself does so only with its first object
  gpr_set_log_function(LogOfGrpc);
  google::protobuf::SetLogHandler(LogOfProtobuf);
}

absl::optional<int> LogLimiter::Admit(absl::Time now) {
  absl::MutexLock lock(&mu_);
  if (now - window_start_ >= window_) {
    window_start_ = now;
    admitted_ = 0;
  }
  if (admitted_ >= burst_) {
    ++held_back_;
    return absl::nullopt;
  }
  ++admitted_;
  return std::exchange(held_back_, 0);
}

}  // namespace specrelay
