// One field of a cron expression.
#ifndef SPECRELAY_MCP_AGENT_JOBS_CRON_FIELD_H_
#define SPECRELAY_MCP_AGENT_JOBS_CRON_FIELD_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace specrelay {

// What a field may hold.
struct CronField {
  absl::string_view name;  // "day of week"
  int lowest;
  int highest;
  absl::Span<const absl::string_view> names;  // of the values from `first_named` on; may be empty
  int first_named = 0;
  absl::string_view allowed;  // for messages: "0 to 7 (0 and 7 are Sunday) or SUN to SAT"
};

// The values that `text` names, bit n for value n. INVALID_ARGUMENT says what is wrong and what is allowed. Pure.
absl::StatusOr<uint64_t> ParseCronField(const CronField& field, absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_CRON_FIELD_H_
