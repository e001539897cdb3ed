#include "tests/chaos/chaos_verdict.h"

#include <filesystem>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "nlohmann/json.hpp"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

std::string ContentOf(const std::string& path) {
  return std::filesystem::exists(path) ? ReadFileOrDie(path) : std::string();
}

// What is on disk in one project.
struct ProjectRecord {
  std::map<std::string, int> logged;   // entries of the log by their summary
  std::map<std::string, int> audited;  // lines of the audit by their request
};

ProjectRecord ReadProject(const std::string& tree, const std::string& project_id, ChaosVerdict& verdict) {
  ProjectRecord record;
  const std::string log = ContentOf(absl::StrCat(tree, "/specs/alpha/implementation-log.json"));
  const auto entries = nlohmann::json::parse(log.empty() ? "{}" : log, nullptr, /*allow_exceptions=*/false);
  if (entries.is_discarded()) verdict.details.push_back(absl::StrCat("the log of ", project_id, " is damaged"));
  for (const auto& entry :
       entries.is_object() ? entries.value("entries", nlohmann::json::array()) : nlohmann::json::array()) {
    ++record.logged[entry.value("summary", "")];
  }
  const std::string audit = ContentOf(absl::StrCat(tree, "/audit.jsonl"));
  AuditVerifier verifier;
  verifier.Feed(audit);
  if (!verifier.Finish().intact()) verdict.details.push_back(absl::StrCat("the audit of ", project_id, " is damaged"));
  for (const absl::string_view line : absl::StrSplit(audit, '\n', absl::SkipEmpty())) {
    const auto entry = nlohmann::json::parse(line.begin(), line.end(), nullptr, false);
    if (entry.is_object() && entry.value("state", "") == "APPLIED") ++record.audited[entry.value("requestId", "")];
  }
  return record;
}

}  // namespace

ChaosVerdict Judge(const std::vector<ChaosWrite>& writes, const std::vector<std::string>& projects,
                   const std::function<std::string(const std::string&)>& tree_of) {
  ChaosVerdict verdict;
  std::map<std::string, ProjectRecord> records;
  for (const std::string& project : projects) records[project] = ReadProject(tree_of(project), project, verdict);
  for (const ChaosWrite& write : writes) {
    const ProjectRecord& record = records[write.project_id];
    const auto logged = record.logged.find(write.text);
    const auto audited = record.audited.find(write.request_id);
    int effects = logged == record.logged.end() ? 0 : logged->second;
    if (!write.path.empty()) {
      effects = ContentOf(absl::StrCat(tree_of(write.project_id), "/", write.path)) == write.text ? 1 : 0;
    }
    const bool doubled = effects > 1 || (audited != record.audited.end() && audited->second > 1);
    const bool lost = write.end == ChaosWrite::End::kApplied && effects == 0;
    const bool unwanted = write.end == ChaosWrite::End::kRefused && effects > 0;
    const bool stuck = write.end == ChaosWrite::End::kStuck;
    if (doubled || lost || unwanted || stuck) {
      verdict.details.push_back(absl::StrCat(write.request_id, doubled ? " is doubled" : "", lost ? " is lost" : "",
                                             unwanted ? " was refused and is there: " : "", stuck ? " is stuck: " : "",
                                             unwanted || stuck ? write.reason : ""));
    }
    verdict.acknowledged += write.end == ChaosWrite::End::kApplied ? 1 : 0;
    verdict.refused += write.end == ChaosWrite::End::kRefused ? 1 : 0;
    verdict.doubled += doubled ? 1 : 0;
    verdict.lost += lost ? 1 : 0;
    verdict.unwanted += unwanted ? 1 : 0;
    verdict.stuck += stuck ? 1 : 0;
  }
  return verdict;
}

}  // namespace specrelay
