#include "tools/ctl/audit.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "mcp_agent/audit/audit_file.h"
#include "mcp_agent/audit/audit_parts.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/tree/tree_path.h"
#include "nlohmann/json.hpp"
#include "proto/support/status_macros.h"
#include "tools/ctl/output.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kExitDamaged = 1;
constexpr int kExitUnreadable = 2;

struct AuditPlace {
  std::string directory;
  std::string tree;  // beneath it

  std::string Show() const { return JoinPath(JoinPath(directory, tree), kAuditFile); }
};

Json ToJson(const AuditProblem& problem) {
  Json json;
  json["file"] = problem.file;
  json["line"] = problem.line;
  json["kind"] = std::string(AuditProblemName(problem.kind));
  if (problem.first_seq > 0) {
    json["firstSeq"] = problem.first_seq;
    json["lastSeq"] = problem.last_seq;
  }
  json["detail"] = problem.detail;
  return json;
}

std::string ReportLine(const AuditPlace& place, const AuditReport& report) {
  Json json;
  json["file"] = place.Show();
  json["intact"] = report.intact();
  json["lines"] = report.lines;
  json["goodLines"] = report.good_lines;
  json["lastSeq"] = report.head.seq;
  json["lastHash"] = report.head.hash;
  json["problemCount"] = report.problem_count;
  json["problems"] = Json::array();
  for (const AuditProblem& problem : report.problems) json["problems"].push_back(ToJson(problem));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string Sentence(const AuditPlace& place, const AuditReport& report) {
  if (report.intact()) {
    return absl::StrCat(place.Show(), " is intact: ", report.lines, report.lines == 1 ? " entry" : " entries");
  }
  const AuditProblem& first = report.problems.front();
  return absl::StrCat(place.Show(), " is damaged: ", first.file, " line ", first.line, " ",
                      AuditProblemName(first.kind), " (", first.detail, ")",
                      report.problem_count == 1 ? "" : absl::StrCat(" and ", report.problem_count - 1, " more"));
}

}  // namespace

absl::Status RunAudit(const CtlContext& context, const std::vector<std::string>& args) {
  if (args != std::vector<std::string>{"verify"}) {
    return SentenceError(kExitUnreadable, "audit has one action: audit verify --project=DIR or --machine");
  }
  std::vector<AuditPlace> places;
  if (!context.options.project.empty()) places.push_back({context.options.project, kTreeDirectory});
  if (context.options.machine) places.push_back({context.options.state_dir, ""});
  if (places.empty()) return SentenceError(kExitUnreadable, "name a project's directory with --project=DIR");
  int exit_code = 0;
  std::vector<std::string> sentences;
  for (const AuditPlace& place : places) {
    const absl::StatusOr<AuditReport> report = VerifyAudit(place.directory, place.tree);
    if (!report.ok()) {
      sentences.push_back(absl::StrCat(place.Show(), " cannot be verified: ", report.status().message()));
      exit_code = kExitUnreadable;
      continue;
    }
    RETURN_IF_ERROR(PrintLine(context.out, ReportLine(place, *report)));
    sentences.push_back(Sentence(place, *report));
    if (!report->intact()) exit_code = std::max(exit_code, kExitDamaged);
  }
  const std::string text = absl::StrJoin(sentences, "\n");
  if (exit_code != 0) return SentenceError(exit_code, text);
  context.err << text << std::endl;
  return absl::OkStatus();
}

}  // namespace specrelay
