#include "proto/support/log.h"

#include <atomic>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace specrelay {
namespace {

std::atomic<LogLevel> minimum_level{LogLevel::kInfo};

// Never destroyed: detached parts of gRPC may log while the program ends.
spdlog::logger& Logger() {
  static spdlog::logger& logger = *[] {
    auto* created = new spdlog::logger("specrelay", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->set_pattern("%v");
    created->set_level(spdlog::level::trace);
    created->flush_on(spdlog::level::trace);
    return created;
  }();
  return logger;
}

absl::string_view Name(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
  }
  return "unknown";
}

}  // namespace

void Log(LogLevel level, absl::string_view event, std::initializer_list<LogField> fields) {
  if (level < minimum_level.load(std::memory_order_relaxed)) return;
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", absl::Now(), absl::UTCTimeZone());
  line["level"] = std::string(Name(level));
  line["event"] = std::string(event);
  for (const LogField& field : fields) line[std::string(field.first)] = field.second;
  Logger().info("{}", line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

absl::StatusOr<LogLevel> ParseLogLevel(absl::string_view name) {
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning, LogLevel::kError}) {
    if (name == Name(level)) return level;
  }
  return absl::InvalidArgumentError(absl::StrCat("--log_level=", name, " is none of debug, info, warning and error"));
}

void SetLogLevel(LogLevel level) { minimum_level.store(level, std::memory_order_relaxed); }

}  // namespace specrelay
