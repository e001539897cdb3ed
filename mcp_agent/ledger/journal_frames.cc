#include "mcp_agent/ledger/journal_frames.h"

#include <cstdint>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

constexpr absl::string_view kMagic = "\xF0SRJ1\r\n\x1A";
constexpr size_t kLengthBytes = 4;
constexpr size_t kChecksumBytes = 8;
constexpr size_t kHeaderBytes = 8 + kLengthBytes + kChecksumBytes;
// No record is larger; a length beyond it is damage, not a frame whose rest is missing.
constexpr size_t kMaxPayloadBytes = size_t{80} << 20;

std::string EncodeLength(size_t length) {
  std::string bytes;
  for (size_t i = 0; i < kLengthBytes; ++i) bytes.push_back(static_cast<char>(length >> (8 * i) & 0xFF));
  return bytes;
}

size_t DecodeLength(absl::string_view bytes) {
  size_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) length |= size_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return length;
}

std::string Checksum(absl::string_view payload) { return Sha256(payload).substr(0, kChecksumBytes); }

// Whether `text` may be the beginning of a frame that goes on behind its end.
bool IsTorn(absl::string_view text) {
  if (text.size() < kMagic.size()) return absl::StartsWith(kMagic, text);
  if (!absl::StartsWith(text, kMagic)) return false;
  if (text.size() < kHeaderBytes) return true;
  const size_t length = DecodeLength(text.substr(kMagic.size()));
  return length <= kMaxPayloadBytes && kHeaderBytes + length > text.size();
}

// The frame at the start of `text`, when it is whole.
absl::optional<JournalFrame> FrameAt(absl::string_view text) {
  if (text.size() < kHeaderBytes || !absl::StartsWith(text, kMagic)) return absl::nullopt;
  const size_t length = DecodeLength(text.substr(kMagic.size()));
  if (length > text.size() - kHeaderBytes) return absl::nullopt;
  const absl::string_view payload = text.substr(kHeaderBytes, length);
  if (Checksum(payload) != text.substr(kMagic.size() + kLengthBytes, kChecksumBytes)) return absl::nullopt;
  JournalFrame frame;
  if (!frame.record.ParseFromArray(payload.data(), static_cast<int>(payload.size()))) return absl::nullopt;
  frame.length = kHeaderBytes + length;
  return frame;
}

}  // namespace

std::string EncodeJournalFrame(const ledger::JournalRecord& record) {
  const std::string payload = record.SerializeAsString();
  return absl::StrCat(kMagic, EncodeLength(payload.size()), Checksum(payload), payload);
}

JournalScan ScanJournal(absl::string_view text) {
  JournalScan scan;
  size_t at = 0;
  while (at < text.size()) {
    absl::optional<JournalFrame> frame = FrameAt(text.substr(at));
    if (frame.has_value()) {
      frame->offset = at;
      at += frame->length;
      scan.frames.push_back(*std::move(frame));
      continue;
    }
    // A whole frame further on shows that this one was not merely cut short. Payloads may contain the magic word by
    // chance, hence the search goes on from the next occurrence each time.
    size_t next = text.find(kMagic, at + 1);
    while (next != absl::string_view::npos && !FrameAt(text.substr(next)).has_value()) {
      next = text.find(kMagic, next + 1);
    }
    if (next == absl::string_view::npos) {
      (IsTorn(text.substr(at)) ? scan.torn_bytes : scan.damaged_bytes) += text.size() - at;
      return scan;
    }
    scan.damaged_bytes += next - at;
    at = next;
  }
  return scan;
}

}  // namespace specrelay
