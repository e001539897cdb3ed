#include "mcp_agent/jobs/output_pacer.h"

#include <utility>

#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

bool ContinuesCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The last `max_bytes` of `text`, but not from within a character.
absl::string_view Last(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  text.remove_prefix(text.size() - max_bytes);
  for (int i = 0; i < 3 && !text.empty() && ContinuesCharacter(text.front()); ++i) text.remove_prefix(1);
  return text;
}

}  // namespace

absl::optional<OutputPacer::Report> OutputPacer::Add(absl::string_view bytes, absl::Time now) {
  pending_.append(bytes.data(), bytes.size());
  if (pending_.size() > kMaxReportBytes) {
    const size_t excess = pending_.size() - kMaxReportBytes;
    skipped_bytes_ += static_cast<int64_t>(excess);
    pending_.erase(0, excess);
  }
  // A clock that was put back must not hold reports up.
  const bool too_early = now >= last_report_ && now - last_report_ < kInterval;
  if (too_early) return absl::nullopt;
  absl::optional<Report> report = Finish();
  if (report.has_value()) last_report_ = now;
  return report;
}

absl::optional<OutputPacer::Report> OutputPacer::Finish() {
  if (pending_.empty()) return absl::nullopt;
  return Report{std::exchange(pending_, {}), std::exchange(skipped_bytes_, 0)};
}

void OutputTail::Add(absl::string_view bytes) {
  bytes_.append(bytes.data(), bytes.size());
  // Not each time, or every byte would be moved again and again.
  if (bytes_.size() > 8 * kMaxBytes) bytes_.erase(0, bytes_.size() - 2 * kMaxBytes);
}

std::string OutputTail::Text() const {
  return std::string(Last(ReplaceInvalidUtf8(Last(bytes_, kMaxBytes)), kMaxBytes));
}

}  // namespace specrelay
