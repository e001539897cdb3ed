// The lines of the audit file, each of which carries the hash of the line before.
//
// A line is compact JSON and a newline:
//   {"seq":1,"at":"2026-11-21T02:21:31.095Z","requestId":"…","command":"approval-update","state":"APPLIED",
//    "actor":{"account":"…","keyName":"…","client":"…"},"summary":"…",
//    "effects":[{"op":"write","path":"…","before":"<SHA-256 or empty>","after":"<SHA-256 or empty>"}],
//    "prev":"<64 hexadecimal digits>","hash":"<64 hexadecimal digits>"}
// without the breaks. `hash` is the SHA-256 of the line's text before `,"hash":`; `prev` is the hash of the line
// before, and zeros in the first. All functions are pure.
#ifndef SPECRELAY_MCP_AGENT_AUDIT_AUDIT_CHAIN_H_
#define SPECRELAY_MCP_AGENT_AUDIT_AUDIT_CHAIN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// Largest line, the newline included.
constexpr size_t kMaxAuditLineBytes = size_t{64} << 10;
// Largest sequence number: what every JSON reader keeps exact.
constexpr int64_t kMaxAuditSeq = (int64_t{1} << 53) - 1;

// What a command did to one file or directory.
struct AuditEffect {
  enum class Op { kWrite, kAppend, kRename, kRemove };
  Op op = Op::kWrite;
  std::string path;
  std::string to;      // for kRename
  std::string before;  // Sha256Hex of the content; empty when there was none
  std::string after;   // the same; empty when there is none
};

// One write or decision.
struct AuditEntry {
  absl::Time at;
  std::string request_id;
  std::string command;  // "approval-update"
  std::string state;    // "APPLIED"
  v1::Actor actor;
  std::string summary;
  std::vector<AuditEffect> effects;
};

// The end of a chain; that of an empty file by default.
struct ChainHead {
  int64_t seq = 0;
  std::string hash = std::string(64, '0');

  friend bool operator==(const ChainHead& a, const ChainHead& b) { return a.seq == b.seq && a.hash == b.hash; }
};

// The line for `entry`, newline included, that follows the line with the head `before`; `after` becomes its own head.
// Invalid UTF-8 is replaced, an overlong text is cut, and effects beyond kMaxAuditLineBytes are left out and counted
// under "omittedEffects" behind "effects".
std::string FormatAuditLine(const AuditEntry& entry, const ChainHead& before, ChainHead* after);

// What chains a line to its neighbours.
struct AuditLink {
  ChainHead head;
  std::string prev;  // hash of the line before, as this line has it
};

// Reads a line, given without its newline, and checks its own hash. DATA_LOSS when the hash is not that of the text,
// INVALID_ARGUMENT when this is no line of an audit file at all.
absl::StatusOr<AuditLink> ParseAuditLine(absl::string_view line);

// The head alone, to go on from the last line of a file. Errors as of ParseAuditLine().
absl::StatusOr<ChainHead> HeadOfLine(absl::string_view line);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_AUDIT_AUDIT_CHAIN_H_
