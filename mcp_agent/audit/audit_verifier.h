// Finds what was done to an audit file behind the agent's back.
#ifndef SPECRELAY_MCP_AGENT_AUDIT_AUDIT_VERIFIER_H_
#define SPECRELAY_MCP_AGENT_AUDIT_AUDIT_VERIFIER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/audit/audit_chain.h"
#include "mcp_agent/audit/missing_entries.h"

namespace specrelay {

struct AuditProblem {
  enum class Kind {
    kChanged,     // the text is not what its own hash, or the line after it, says it was
    kRemoved,     // entries are missing before `line`
    kReordered,   // the line stands behind one with a higher number, or stands there twice
    kUnreadable,  // no line of an audit file
    kTorn,        // the last line has no end, as after a crash
  };
  Kind kind = Kind::kChanged;
  std::string file;       // as named to BeginFile()
  int64_t line = 0;       // of it, from 1; for entries missing at the end, one more than it has
  int64_t first_seq = 0;  // entries concerned, as far as known: the missing ones of kRemoved lie between these two
  int64_t last_seq = 0;
  std::string detail;  // for people
};

// "changed", "removed", "reordered", "unreadable", "torn".
absl::string_view AuditProblemName(AuditProblem::Kind kind);

struct AuditReport {
  int64_t lines = 0;       // an unfinished one at the end included
  int64_t good_lines = 0;  // whose own hash is right
  // Those of `problem_count` that were found first, in the order of their lines.
  std::vector<AuditProblem> problems;
  int64_t problem_count = 0;
  ChainHead head;  // the highest entry that is good

  bool intact() const { return problem_count == 0; }
};

// Takes a file, or several that follow one another, in pieces of any size and needs memory for one line and a bounded
// list of problems, whatever they hold. Lines removed at the end, and a file that was made anew from some line on, are
// noticed only with an expected head. Not thread-safe; for one chain.
class AuditVerifier {
 public:
  static constexpr size_t kMaxProblems = 100;

  // `expected`: an entry that the chain must hold, as known from elsewhere. `before`: what its first line follows.
  explicit AuditVerifier(absl::optional<ChainHead> expected = absl::nullopt, ChainHead before = ChainHead());

  // What is fed from now on is of that file. Need not be called for a single one.
  void BeginFile(std::string name);
  void Feed(absl::string_view bytes);

  // Whether what was fed so far ends within a line.
  bool within_line() const { return !pending_.empty(); }

  // Once, after the last Feed().
  AuditReport Finish();

 private:
  struct File {
    std::string name;
    int64_t lines_before;  // of all files
  };

  void EndFile();
  // Turns the number of a line of all files into one of its file.
  void Locate(AuditProblem& problem) const;
  void CheckLine(absl::string_view line);
  void CheckGoodLine(const AuditLink& link);
  // What the number says of the line's place.
  void CheckPlace(int64_t seq);
  void CheckPrev(const AuditLink& link);
  void CheckExpected(const ChainHead& head);
  void CheckEnd();
  void Add(AuditProblem::Kind kind, int64_t line, int64_t first_seq, int64_t last_seq, std::string detail);

  const absl::optional<ChainHead> expected_;
  std::vector<File> files_ = {{"", 0}};
  std::string pending_;  // an unfinished line, cut to kMaxAuditLineBytes
  ChainHead previous_;   // the good line before, wherever it belongs
  bool previous_is_adjacent_ = true;
  int64_t damaged_since_ = 0;  // damaged lines since the last good one
  MissingEntries missing_;
  AuditReport report_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_AUDIT_AUDIT_VERIFIER_H_
