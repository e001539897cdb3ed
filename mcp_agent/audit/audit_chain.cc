#include "mcp_agent/audit/audit_chain.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/tree/utf8.h"
#include "nlohmann/json.hpp"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr absl::string_view kSeqPrefix = "{\"seq\":";
constexpr absl::string_view kPrevPrefix = ",\"prev\":\"";
constexpr absl::string_view kHashPrefix = ",\"hash\":\"";
constexpr size_t kHashDigits = 64;

// Longest texts. JSON makes six bytes of one at worst, so that everything but the effects always fits into a line.
constexpr size_t kMaxNameBytes = 256;
constexpr size_t kMaxSummaryBytes = 2048;
constexpr size_t kMaxEffectPathBytes = 4096;
// What stands behind the effects: their closing bracket, omittedEffects, prev, hash and the newline.
constexpr size_t kTailBytes = 256;

// `text` as a JSON string, at most `max_bytes` of it, and not cut within a character.
std::string Text(absl::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    constexpr int kMaxContinuations = 3;
    for (int i = 0; i < kMaxContinuations && (static_cast<unsigned char>(text[max_bytes]) & 0xC0) == 0x80; ++i) {
      --max_bytes;
    }
    text = text.substr(0, max_bytes);
  }
  return Json(ReplaceInvalidUtf8(text)).dump();
}

absl::string_view OpName(AuditEffect::Op op) {
  switch (op) {
    case AuditEffect::Op::kWrite:
      return "write";
    case AuditEffect::Op::kAppend:
      return "append";
    case AuditEffect::Op::kRename:
      return "rename";
    case AuditEffect::Op::kRemove:
      return "remove";
  }
  return "unknown";
}

std::string EffectJson(const AuditEffect& effect) {
  std::string json =
      absl::StrCat("{\"op\":\"", OpName(effect.op), "\",\"path\":", Text(effect.path, kMaxEffectPathBytes));
  if (effect.op == AuditEffect::Op::kRename) absl::StrAppend(&json, ",\"to\":", Text(effect.to, kMaxEffectPathBytes));
  absl::StrAppend(&json, ",\"before\":", Text(effect.before, kHashDigits),
                  ",\"after\":", Text(effect.after, kHashDigits), "}");
  return json;
}

// Appends `effects` to `line` as far as they fit.
void AppendEffects(const std::vector<AuditEffect>& effects, std::string& line) {
  line += ",\"effects\":[";
  size_t written = 0;
  for (const AuditEffect& effect : effects) {
    const std::string json = EffectJson(effect);
    if (line.size() + json.size() + kTailBytes > kMaxAuditLineBytes) break;
    absl::StrAppend(&line, written == 0 ? "" : ",", json);
    ++written;
  }
  line += "]";
  if (written < effects.size()) absl::StrAppend(&line, ",\"omittedEffects\":", effects.size() - written);
}

bool IsHash(absl::string_view text) {
  return text.size() == kHashDigits && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
         });
}

// Takes `prefix` and a hash off the end of `line`; empty when they are not there.
absl::string_view ConsumeHash(absl::string_view prefix, absl::string_view* line) {
  if (line->size() < prefix.size() + kHashDigits) return "";
  const absl::string_view hash = line->substr(line->size() - kHashDigits);
  absl::string_view rest = line->substr(0, line->size() - kHashDigits);
  if (!IsHash(hash) || !absl::ConsumeSuffix(&rest, prefix)) return "";
  *line = rest;
  return hash;
}

// The number behind kSeqPrefix; 0 when there is none.
int64_t SeqOf(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, kSeqPrefix)) return 0;
  const absl::string_view digits = line.substr(0, line.find(','));
  if (digits.empty() || digits[0] == '0' || !std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit)) return 0;
  int64_t seq = 0;
  if (!absl::SimpleAtoi(digits, &seq) || seq > kMaxAuditSeq) return 0;
  return seq;
}

absl::Status NoAuditLine(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("this is no line of an audit file: ", why));
}

}  // namespace

std::string FormatAuditLine(const AuditEntry& entry, const ChainHead& before, ChainHead* after) {
  const int64_t seq = before.seq + 1;
  const std::string at = absl::FormatTime("%Y-%m-%d%ET%H:%M:%E3SZ", entry.at, absl::UTCTimeZone());
  std::string line = absl::StrCat(
      kSeqPrefix, seq, ",\"at\":", Text(at, kMaxNameBytes), ",\"requestId\":", Text(entry.request_id, kMaxNameBytes),
      ",\"command\":", Text(entry.command, kMaxNameBytes), ",\"state\":", Text(entry.state, kMaxNameBytes),
      ",\"actor\":{\"account\":", Text(entry.actor.account(), kMaxNameBytes),
      ",\"keyName\":", Text(entry.actor.key_name(), kMaxNameBytes),
      ",\"client\":", Text(entry.actor.client(), kMaxNameBytes), "},\"summary\":");
  absl::StrAppend(&line, Text(entry.summary, kMaxSummaryBytes));
  AppendEffects(entry.effects, line);
  absl::StrAppend(&line, kPrevPrefix, before.hash, "\"");
  *after = {seq, Sha256Hex(line)};
  absl::StrAppend(&line, kHashPrefix, after->hash, "\"}\n");
  return line;
}

absl::StatusOr<AuditLink> ParseAuditLine(absl::string_view line) {
  if (line.size() >= kMaxAuditLineBytes) return NoAuditLine("it is too long");
  absl::string_view rest = line;
  if (!absl::ConsumeSuffix(&rest, "\"}")) return NoAuditLine("its end is missing");
  const absl::string_view hash = ConsumeHash(kHashPrefix, &rest);
  if (hash.empty()) return NoAuditLine("its hash is missing");
  if (Sha256Hex(rest) != hash) return absl::DataLossError("the line's text is not the one that its hash was made of");
  const int64_t seq = SeqOf(line);
  if (seq == 0) return NoAuditLine("it does not begin with a sequence number");
  if (!absl::ConsumeSuffix(&rest, "\"")) return NoAuditLine("it does not name the line before");
  const absl::string_view prev = ConsumeHash(kPrevPrefix, &rest);
  if (prev.empty()) return NoAuditLine("it does not name the line before");
  if (!Json::accept(line)) return NoAuditLine("it is not JSON");
  return AuditLink{{seq, std::string(hash)}, std::string(prev)};
}

absl::StatusOr<ChainHead> HeadOfLine(absl::string_view line) {
  ASSIGN_OR_RETURN(AuditLink link, ParseAuditLine(line));
  return std::move(link.head);
}

}  // namespace specrelay
