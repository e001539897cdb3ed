#include "tests/integration/damaged_variant.h"

#include <filesystem>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/ledger/journal_frames.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr char kTree[] = "project/.spec-context";
constexpr char kNewFile[] = "notes/after.md";

// Where the entry of each job stands in jobs.json: from the brace that opens it to the one that closes it.
std::map<std::string, std::pair<size_t, size_t>> JobSpans(const std::string& text) {
  std::map<std::string, std::pair<size_t, size_t>> spans;
  constexpr absl::string_view kOpen = "\n    {";
  constexpr absl::string_view kClose = "\n    }";
  for (size_t at = text.find(kOpen.data()); at != std::string::npos; at = text.find(kOpen.data(), at + 1)) {
    const size_t end = text.find(kClose.data(), at) + kClose.size();
    const nlohmann::json entry = nlohmann::json::parse(text.substr(at, end - at), nullptr, false);
    spans[entry.value("id", "")] = {at, end};
  }
  return spans;
}

}  // namespace

Variant::Variant(const DamageStage& stage, DamagedFile file, DamageKind kind, std::mt19937& random)
    : stage_(stage), file_(file) {
  stage.CopyTo(directory_.path());
  switch (file) {
    case DamagedFile::kJournal:
      path_ = absl::StrCat(kTree, "/.specrelay/journal");
      break;
    case DamagedFile::kApproval: {
      auto one = stage.answers().approvals.begin();
      std::advance(one, random() % stage.answers().approvals.size());
      path_ = absl::StrCat(kTree, "/approvals/user-auth/", one->first, ".json");
      break;
    }
    case DamagedFile::kJobs:
      path_ = "machine/jobs.json";
      break;
    case DamagedFile::kAudit:
      path_ = absl::StrCat(kTree, "/audit.jsonl");
      break;
  }
  whole_ = directory_.ReadFile(path_);
  Damage(kind, random);
  directory_.WriteFile(path_, damaged_);
  before_ = ReadDisk(project_dir(), machine_dir());
}

void Variant::Damage(DamageKind kind, std::mt19937& random) {
  if (kind == DamageKind::kCutOff) {
    damaged_ = whole_.substr(0, random() % whole_.size());
    return;
  }
  damaged_ = whole_;
  const size_t count = kind == DamageKind::kBitFlipped ? 1 : 2 + random() % 7;
  while (flips_.size() < count) {
    const size_t at = random() % whole_.size();
    if (!flips_.insert(at).second) continue;
    damaged_[at] = static_cast<char>(damaged_[at] ^ (1 << random() % 8));
  }
}

std::string Variant::Describe() const {
  std::string text = absl::StrCat(path_, " of ", whole_.size(), " bytes, ");
  if (flips_.empty()) return absl::StrCat(text, "cut off at ", damaged_.size());
  absl::StrAppend(&text, "changed at");
  for (const size_t at : flips_) absl::StrAppend(&text, " ", at);
  return text;
}

bool Variant::Touches(size_t begin, size_t end) const {
  if (flips_.empty()) return damaged_.size() < end;
  const auto flip = flips_.lower_bound(begin);
  return flip != flips_.end() && *flip < end;
}

void Variant::ExpectTheRestAnswers(const SendCommand& send) {
  const absl::StatusOr<v1::CommandResult> info = send("", ParseCommand(R"({"projectInfo": {}})"));
  EXPECT_THAT(info, IsOk());
  EXPECT_THAT(send("", ParseCommand(R"({"specRead": {"name": "user-auth"}})")), IsOk());
  ExpectApprovals(send);
  ExpectJobs(send);
  ExpectResending(send);
  EXPECT_THAT(
      send("after", ParseCommand(absl::Substitute(R"({"fileWrite": {"path": "$0", "content": "YQ=="}})", kNewFile))),
      IsOk());
}

void Variant::ExpectApprovals(const SendCommand& send) {
  const absl::StatusOr<v1::CommandResult> list =
      send("", ParseCommand(R"({"approvalList": {"includeDecided": true}})"));
  ASSERT_THAT(list, IsOk());
  std::map<std::string, std::string> listed;
  for (const v1::Approval& approval : list->approval_list().approvals()) {
    listed[approval.id()] = approval.SerializeAsString();
  }
  for (const auto& [id, approval] : stage_.answers().approvals) {
    if (!absl::EndsWith(path_, absl::StrCat("/", id, ".json"))) {
      EXPECT_EQ(listed[id], approval.SerializeAsString()) << id;
      continue;
    }
    const absl::Status status =
        send("", ParseCommand(absl::Substitute(R"({"approvalGet": {"id": "$0"}})", id))).status();
    EXPECT_EQ(listed.count(id), status.ok() ? 1u : 0u);
    if (status.ok()) continue;  // another text, which nothing tells from the one that was there
    EXPECT_THAT(status, IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr(id + ".json is damaged: ")));
    said_ = true;
    EXPECT_EQ(send("decide", ParseCommand(absl::Substitute(
                                 R"({"approvalUpdate": {"id": "$0", "status": "APPROVAL_STATUS_APPROVED"}})", id)))
                  .status()
                  .code(),
              absl::StatusCode::kFailedPrecondition);
  }
}

void Variant::ExpectJobs(const SendCommand& send) {
  const absl::StatusOr<v1::CommandResult> list = send("", ParseCommand(R"({"jobList": {}})"));
  if (file_ == DamagedFile::kJobs && !list.ok()) {
    EXPECT_THAT(list, IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("jobs.json")));
    said_ = true;
    EXPECT_EQ(send("create", ParseCommand(R"({"jobCreate": {"job": {"id": "new", "name": "New", "type": "cleanup-specs",
                                       "config": {"daysOld": 1}, "schedule": "0 0 * * *"}}})"))
                  .status()
                  .code(),
              absl::StatusCode::kFailedPrecondition);
    return;
  }
  ASSERT_THAT(list, IsOk());
  std::map<std::string, std::string> listed;
  for (v1::Job job : list->job_list().jobs()) {
    job.clear_next_run();
    listed[job.id()] = job.DebugString();
  }
  const auto spans = JobSpans(whole_);
  for (const auto& [id, whole] : stage_.answers().jobs) {
    const auto span = spans.find(id);
    if (file_ == DamagedFile::kJobs && span != spans.end() && Touches(span->second.first, span->second.second))
      continue;
    v1::Job job = whole;
    job.clear_next_run();
    // Of two with one id, which of them was damaged is not to be known.
    if (listed.size() == stage_.answers().jobs.size() || file_ != DamagedFile::kJobs) {
      job.mutable_created_at()->set_nanos(job.created_at().nanos() / 1'000'000 * 1'000'000);
      EXPECT_EQ(listed[id], job.DebugString()) << id;
    } else {
      EXPECT_EQ(listed.count(id), 1u) << id;
    }
  }
  // With another id or name an entry is as good as before.
  if (file_ == DamagedFile::kJobs) said_ = listed.size() == stage_.answers().jobs.size();
}

void Variant::ExpectResending(const SendCommand& send) {
  std::set<std::string> lost;
  if (file_ == DamagedFile::kJournal) {
    for (const JournalFrame& frame : ScanJournal(whole_).frames) {
      if (Touches(frame.offset, frame.offset + frame.length)) lost.insert(frame.record.request_id());
    }
  }
  for (const WholeAnswers::Write& write : stage_.answers().writes) {
    if (lost.count(write.request_id) > 0) continue;
    const absl::StatusOr<v1::CommandResult> again = send(write.request_id, write.command);
    ASSERT_THAT(again, IsOk()) << write.request_id;
    EXPECT_EQ(again->SerializeAsString(), write.result.SerializeAsString()) << write.request_id;
  }
}

bool Variant::IsKeptBeside() const {
  const fs::path file = directory_.Join(path_);
  for (const auto& entry : fs::directory_iterator(file.parent_path())) {
    const std::string name = entry.path().filename();
    if (!absl::StartsWith(name, absl::StrCat(file.filename().string(), "."))) continue;
    // Of a record that was cut short only that record is kept: the others are where they were.
    const std::string kept = ReadFileOrDie(entry.path());
    if (kept == damaged_ || (absl::StrContains(name, ".torn-") && absl::EndsWith(damaged_, kept))) return true;
  }
  return false;
}

void Variant::ExpectNothingLost(absl::string_view log, const std::set<std::string>& also_changed) const {
  std::set<std::string> changes;
  for (const std::string& change : DiskChanges(before_, ReadDisk(project_dir(), machine_dir()))) {
    // Kept bytes have a name of their own.
    if (!absl::StrContains(change, ".damaged-") && also_changed.count(change) == 0) changes.insert(change);
  }
  EXPECT_THAT(changes, testing::UnorderedElementsAre(absl::StrCat("+", kNewFile), "~audit.jsonl"));
  ExpectAudit(log);
  switch (file_) {
    case DamagedFile::kJournal:
      return ExpectJournal(log);
    case DamagedFile::kApproval:
      EXPECT_TRUE(!said_ || absl::StrContains(log, fs::path(path_).filename().string())) << log;
      return;
    case DamagedFile::kJobs:
      EXPECT_TRUE(said_ || absl::StrContains(log, "jobs.json")) << log;
      return;
    case DamagedFile::kAudit:
      return;
  }
}

void Variant::ExpectJournal(absl::string_view log) const {
  const JournalScan scan = ScanJournal(damaged_);
  if (scan.damaged_bytes == 0 && scan.torn_bytes == 0) return;  // cut off between two records
  EXPECT_TRUE(IsKeptBeside());
  EXPECT_TRUE(absl::StrContains(log, "the journal")) << log;
}

void Variant::ExpectAudit(absl::string_view log) const {
  const std::string now = directory_.ReadFile(absl::StrCat(kTree, "/audit.jsonl"));
  AuditVerifier verifier;
  verifier.Feed(now);
  const AuditReport report = verifier.Finish();
  if (file_ != DamagedFile::kAudit) {
    EXPECT_TRUE(report.intact());
    return;
  }
  const bool is_whole = absl::StartsWith(now, whole_);
  EXPECT_TRUE(is_whole || absl::StartsWith(now, damaged_) || IsKeptBeside()) << "damaged bytes are gone";
  EXPECT_EQ(report.intact(), is_whole);
  EXPECT_GE(report.good_lines, report.lines - 2 * static_cast<int64_t>(flips_.size()));
  // What was lost at the end of a line was lost without a trace, and is restored from the journal.
  const bool ends_with_a_line = damaged_.empty() || damaged_.back() == '\n';
  if (flips_.empty() && ends_with_a_line) return;
  EXPECT_TRUE(absl::StrContains(log, "the audit")) << log;
  EXPECT_TRUE(!is_whole || IsKeptBeside());
}

}  // namespace specrelay
