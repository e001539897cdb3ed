#include "mcp_agent/analytics/git_history.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/process/process.h"

namespace specrelay {
namespace {

// Paths are quoted, so that a line feed always ends a line.
constexpr size_t kMaxLineBytes = size_t{64} << 10;

// What the command line says goes before what a repository's configuration says, but for protocol.<name>.allow, which
// goes before protocol.allow; so transports are ruled out by GIT_ALLOW_PROTOCOL, which nothing overrides.
std::vector<std::string> Arguments(absl::Time since) {
  std::vector<std::string> arguments = {"git", "--no-pager", "--no-optional-locks", "--no-replace-objects",
                                        "--literal-pathspecs"};
  for (const char* setting : {"core.fsmonitor=false",
                              "core.hooksPath=/dev/null",
                              "core.pager=cat",
                              "core.attributesFile=/dev/null",
                              "core.sshCommand=false",
                              "core.gitProxy=",
                              "core.alternateRefsCommand=",
                              "core.askPass=",
                              "credential.helper=",
                              "gpg.program=false",
                              "gpg.ssh.program=false",
                              "gpg.x509.program=false",
                              "gpg.openpgp.program=false",
                              "diff.external=",
                              "log.showSignature=false",
                              "log.showRoot=true",
                              "log.follow=false",
                              "diff.orderFile=/dev/null",
                              "submodule.recurse=false",
                              "safe.bareRepository=explicit",
                              "maintenance.auto=false",
                              "gc.auto=0",
                              "protocol.allow=never"}) {
    arguments.push_back("-c");
    arguments.push_back(setting);
  }
  for (const char* argument :
       {"log", "--numstat", "--format=@%ct", "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-mailmap",
        "--no-notes", "--no-decorate", "--no-color", "--no-renames", "--no-relative", "--no-merges",
        "--ignore-submodules=all", "--submodule=short"}) {
    arguments.push_back(argument);
  }
  arguments.push_back(
      absl::StrCat("--since=", absl::FormatTime("%Y-%m-%d%ET%H:%M:%S+00:00", since, absl::UTCTimeZone())));
  arguments.push_back("HEAD");
  arguments.push_back("--");
  return arguments;
}

std::vector<std::string> Environment() {
  return {"PATH=/usr/local/bin:/usr/bin:/bin",
          "LC_ALL=C",
          "TZ=UTC",
          "HOME=/nonexistent",
          "GIT_CONFIG_NOSYSTEM=1",
          "GIT_CONFIG_SYSTEM=/dev/null",
          "GIT_CONFIG_GLOBAL=/dev/null",
          "GIT_ATTR_NOSYSTEM=1",
          "GIT_TERMINAL_PROMPT=0",
          "GIT_ASKPASS=false",
          "GIT_OPTIONAL_LOCKS=0",
          "GIT_NO_LAZY_FETCH=1",
          "GIT_ALLOW_PROTOCOL=none",
          "GIT_PAGER=cat"};
}

// Takes git's output in pieces.
class LogParser {
 public:
  LogParser(absl::Time since, absl::FunctionRef<void(const GitFileChange&)> take) : since_(since), take_(take) {}

  void Take(absl::string_view bytes) {
    while (!bytes.empty()) {
      const size_t end = bytes.find('\n');
      const absl::string_view part = bytes.substr(0, end);
      too_long_ |= line_.size() + part.size() > kMaxLineBytes;
      if (!too_long_) absl::StrAppend(&line_, part);
      if (end == absl::string_view::npos) return;
      if (!too_long_) TakeLine(line_);
      line_.clear();
      too_long_ = false;
      bytes.remove_prefix(end + 1);
    }
  }

  // Whether HEAD names a branch that has no commit yet.
  bool unborn() const { return unborn_; }

 private:
  void TakeLine(absl::string_view line) {
    int64_t seconds = 0;
    if (absl::ConsumePrefix(&line, "@")) {
      time_ = absl::SimpleAtoi(line, &seconds) ? absl::FromUnixSeconds(seconds) : absl::InfinitePast();
      return;
    }
    unborn_ |= absl::StartsWith(line, "fatal: bad revision 'HEAD'");
    const size_t first = line.find('\t');
    const size_t second = first == absl::string_view::npos ? first : line.find('\t', first + 1);
    if (second == absl::string_view::npos || time_ < since_) return;
    GitFileChange change{time_, line.substr(second + 1)};
    if (!Count(line.substr(0, first), &change.lines_added) ||
        !Count(line.substr(first + 1, second - first - 1), &change.lines_deleted) || change.path.empty()) {
      return;
    }
    take_(change);
  }

  // "-" stands for what has no lines.
  static bool Count(absl::string_view text, int64_t* count) {
    if (text == "-") return true;
    return absl::SimpleAtoi(text, count) && *count >= 0;
  }

  const absl::Time since_;
  const absl::FunctionRef<void(const GitFileChange&)> take_;
  std::string line_;  // begun in earlier pieces
  bool too_long_ = false;
  absl::Time time_ = absl::InfinitePast();
  bool unborn_ = false;
};

}  // namespace

GitHistory::GitHistory(std::string directory, absl::Duration timeout, int64_t max_output_bytes)
    : directory_(std::move(directory)), timeout_(timeout), max_output_bytes_(max_output_bytes) {}

GitHistory::Outcome GitHistory::ForEachChange(absl::Time since,
                                              absl::FunctionRef<void(const GitFileChange&)> take) const {
  ProcessSpec spec;
  spec.argv = Arguments(since);
  spec.working_directory = directory_;
  spec.environment = Environment();
  spec.timeout = timeout_;
  spec.grace = absl::ZeroDuration();
  spec.max_output_bytes = max_output_bytes_;
  LogParser parser(since, take);
  Process process(std::move(spec));
  int64_t bytes_taken = 0;
  const absl::StatusOr<ProcessResult> result = process.Run([&](absl::string_view bytes) {
    parser.Take(bytes);
    bytes_taken += static_cast<int64_t>(bytes.size());
    if (bytes_taken >= max_output_bytes_) process.Cancel();
  });
  if (!result.ok()) return Outcome::kUnavailable;
  // It may have written more than the limit and ended before it could be stopped.
  if (result->end != ProcessEnd::kExited || result->output_truncated) return Outcome::kCutOff;
  return result->exit_code == 0 || parser.unborn() ? Outcome::kComplete : Outcome::kUnavailable;
}

}  // namespace specrelay
