#include "tests/integration/audited_requests.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "nlohmann/json.hpp"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

constexpr char kAuditFile[] = "audit.jsonl";

// Hash of each file by its path, as the audit has told it so far.
using Hashes = std::map<std::string, std::string>;

void Move(const std::string& from, const std::string& to, Hashes& hashes) {
  Hashes moved;
  for (auto it = hashes.begin(); it != hashes.end();) {
    if (it->first == from || absl::StartsWith(it->first, absl::StrCat(from, "/"))) {
      moved[absl::StrCat(to, it->first.substr(from.size()))] = it->second;
      it = hashes.erase(it);
    } else {
      ++it;
    }
  }
  hashes.merge(moved);
}

void Follow(const nlohmann::json& effect, const std::string& request_id, Hashes& hashes) {
  const std::string op = effect.value("op", "");
  const std::string path = effect.value("path", "");
  if (op == "rename") return Move(path, effect.value("to", ""), hashes);
  if (op == "remove") {
    hashes.erase(path);
    return;
  }
  if (op != "write") return;
  if (const auto known = hashes.find(path); known != hashes.end()) {
    EXPECT_EQ(effect.value("before", ""), known->second) << path << " was another file when " << request_id << " came";
  }
  hashes[path] = effect.value("after", "");
}

}  // namespace

std::map<std::string, int> AuditedRequests(const TreeContents& tree) {
  AuditVerifier verifier;
  verifier.Feed(tree.Bytes(kAuditFile));
  const AuditReport report = verifier.Finish();
  EXPECT_TRUE(report.intact());
  for (const AuditProblem& problem : report.problems) {
    ADD_FAILURE() << "line " << problem.line << ' ' << AuditProblemName(problem.kind) << ": " << problem.detail;
  }
  std::map<std::string, int> lines;
  for (const nlohmann::json& line : tree.Values(kAuditFile)) ++lines[line.value("requestId", "")];
  return lines;
}

void ExpectFilesAsAudited(const TreeContents& tree) {
  Hashes hashes;
  for (const nlohmann::json& line : tree.Values(kAuditFile)) {
    for (const nlohmann::json& effect : line.value("effects", nlohmann::json::array())) {
      Follow(effect, line.value("requestId", ""), hashes);
    }
  }
  EXPECT_FALSE(hashes.empty());
  for (const auto& [path, hash] : hashes) {
    EXPECT_EQ(Sha256Hex(tree.Bytes(path)), hash) << path << " is not as it was last written";
  }
}

}  // namespace specrelay
