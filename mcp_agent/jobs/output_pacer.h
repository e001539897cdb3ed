// Output of a program on its way to watchers: not more often, and not more at once, than they can take.
#ifndef SPECRELAY_MCP_AGENT_JOBS_OUTPUT_PACER_H_
#define SPECRELAY_MCP_AGENT_JOBS_OUTPUT_PACER_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace specrelay {

// Gathers output into reports of at most 16 KiB, ten in a second. What does not fit is left out, the older first. Pure;
// not thread-safe.
class OutputPacer {
 public:
  static constexpr size_t kMaxReportBytes = 16 * 1024;
  static constexpr absl::Duration kInterval = absl::Milliseconds(100);

  struct Report {
    std::string output;
    int64_t skipped_bytes = 0;  // left out before it
  };

  // Takes output, or nothing when there was none for a while. A report, when it is time for one.
  absl::optional<Report> Add(absl::string_view bytes, absl::Time now);

  // What is left at the end.
  absl::optional<Report> Finish();

 private:
  std::string pending_;
  int64_t skipped_bytes_ = 0;
  absl::Time last_report_ = absl::InfinitePast();
};

// Keeps the end of a program's output. Not thread-safe.
class OutputTail {
 public:
  static constexpr size_t kMaxBytes = 8 * 1024;

  void Add(absl::string_view bytes);

  // At most kMaxBytes of valid UTF-8.
  std::string Text() const;

 private:
  std::string bytes_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_JOBS_OUTPUT_PACER_H_
