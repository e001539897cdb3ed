#include "mcp_agent/approvals/snapshot_store.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "mcp_agent/approvals/approval_document.h"
#include "mcp_agent/approvals/snapshot_document.h"
#include "mcp_agent/approvals/testing/sample_tree.h"
#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "nlohmann/json.hpp"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr int64_t kMaxBytes = 64 << 20;
constexpr char kRequirements[] = ".spec-context/specs/user-auth/requirements.md";

class SnapshotStoreTest : public ::testing::Test {
 protected:
  absl::StatusOr<SnapshotHistory> Open(absl::string_view file_path = kRequirements) {
    return SnapshotHistory::Open(tree_, damage_, {"/home/user/project", "user-auth", file_path});
  }

  // Captures `content` as a snapshot of `file_path` and gives it.
  v1::ApprovalSnapshot Capture(absl::string_view file_path, absl::string_view content) {
    v1::Approval approval;
    approval.set_id("approval_a");
    approval.set_title("A");
    approval.set_status(v1::APPROVAL_STATUS_PENDING);
    FileContent file;
    file.bytes = std::string(content);
    file.stat.size_bytes = static_cast<int64_t>(content.size());
    file.stat.last_modified = absl::FromUnixMillis(1'795'227'691'106);
    DirectTransaction tx(tree_, absl::StrCat("request-", ++requests_), absl::FromUnixMillis(1'795'227'694'305));
    absl::StatusOr<SnapshotHistory> history = Open(file_path);
    EXPECT_THAT(history, IsOk());
    if (!history.ok()) return {};
    absl::StatusOr<v1::ApprovalSnapshot> snapshot = history->Capture(tx, approval, "manual", file);
    EXPECT_THAT(snapshot, IsOk());
    EXPECT_THAT(history->Commit(tx), IsOk());
    return snapshot.value_or(v1::ApprovalSnapshot());
  }

  std::string Read(absl::string_view path) {
    const absl::StatusOr<FileContent> file = tree_.Read(path, kMaxBytes);
    return file.ok() ? file->bytes : file.status().ToString();
  }
  std::string SamplePath(absl::string_view name) { return absl::StrCat(kSampleSnapshots, name); }
  std::vector<std::string> Names(absl::string_view directory) {
    std::vector<std::string> names;
    const absl::StatusOr<std::vector<DirectoryEntry>> entries = tree_.List(directory);
    if (entries.ok()) {
      for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
    }
    return names;
  }

  MemoryTree tree_;
  DamageLog damage_;
  int requests_ = 0;
};

TEST_F(SnapshotStoreTest, TheRecordedSnapshotsAreRead) {
  PutSampleTree(tree_);
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
  EXPECT_THAT(history.versions(), ElementsAre(1, 2, 3, 4));
  ASSERT_OK_AND_ASSIGN(const std::vector<v1::ApprovalSnapshot> snapshots, history.List(kMaxBytes));
  ASSERT_EQ(snapshots.size(), 4u);
  EXPECT_EQ(snapshots[0].trigger(), "initial");
  EXPECT_EQ(snapshots[1].trigger(), "revision_requested");
  EXPECT_EQ(snapshots[1].status(), v1::APPROVAL_STATUS_PENDING);
  EXPECT_EQ(snapshots[1].approval_id(), kSampleToRevise);
  EXPECT_EQ(snapshots[3].lines(), 5);
  EXPECT_EQ(snapshots[3].size_bytes(), 114);
}

TEST_F(SnapshotStoreTest, TheRecordedSnapshotsAreWrittenByteForByte) {
  PutSampleTree(tree_);
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
  for (int version = 1; version <= 4; ++version) {
    ASSERT_OK_AND_ASSIGN(const v1::ApprovalSnapshot snapshot, history.Get(version));
    EXPECT_EQ(SnapshotToJson(snapshot), Read(SamplePath(SnapshotFileName(version))));
  }
}

TEST_F(SnapshotStoreTest, ANewSnapshotIsTheNextVersionAndTheIndexKeepsItsForm) {
  PutSampleTree(tree_);
  const std::string before = Read(SamplePath("metadata.json"));
  const v1::ApprovalSnapshot snapshot = Capture(kRequirements, "# New\n");
  EXPECT_EQ(snapshot.version(), 5);
  EXPECT_THAT(snapshot.id(), StartsWith("snapshot_"));
  EXPECT_EQ(Read(SamplePath("snapshot-005.json")), SnapshotToJson(snapshot));
  const std::string expected =
      absl::StrReplaceAll(before, {{"\"currentVersion\": 4", "\"currentVersion\": 5"}, {"    }\n  ]\n}", R"(    },
    {
      "version": 5,
      "filename": "snapshot-005.json",
      "timestamp": "2026-11-21T02:21:34.305Z",
      "trigger": "manual",
      "approvalId": "approval_a",
      "approvalTitle": "A"
    }
  ]
})"}});
  EXPECT_EQ(Read(SamplePath("metadata.json")), expected);
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalSnapshot read, history.Get(5));
  EXPECT_EQ(read.SerializeAsString(), snapshot.SerializeAsString());
}

TEST_F(SnapshotStoreTest, SeveralSnapshotsOfOneCommandShareOneIndex) {
  v1::Approval approval;
  approval.set_id("approval_a");
  DirectTransaction tx(tree_, "request");
  ASSERT_OK_AND_ASSIGN(SnapshotHistory history, Open());
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalSnapshot first, history.Capture(tx, approval, "initial", {}));
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalSnapshot second, history.Capture(tx, approval, "approved", {}));
  EXPECT_NE(first.id(), second.id());
  ASSERT_THAT(history.Commit(tx), IsOk());
  EXPECT_EQ(tx.effects(), 3);
  EXPECT_THAT(Names("approvals/user-auth/.snapshots/requirements.md"),
              ElementsAre("metadata.json", "snapshot-001.json", "snapshot-002.json"));
}

TEST_F(SnapshotStoreTest, AVersionThatDoesNotExistIsNotFound) {
  PutSampleTree(tree_);
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
  for (const int version : {9, 0, -1}) {
    EXPECT_THAT(history.Get(version),
                IsStatus(absl::StatusCode::kNotFound, absl::StrCat("Snapshot version ", version, " not found")));
  }
}

TEST_F(SnapshotStoreTest, ADamagedIndexLosesNoSnapshotAndIsKept) {
  for (const absl::string_view damage : {"{\"filePath\": \".spec-con", "[]", "{}", "\xFF", "{\"filePath\": 3}"}) {
    MemoryTree fresh;
    PutSampleTree(fresh);
    PutSampleTree(tree_);
    tree_.Put(SamplePath("metadata.json"), damage);
    ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
    ASSERT_GE(history.versions().size(), 4u);
    const int next = history.versions().back() + 1;
    EXPECT_EQ(Capture(kRequirements, "# New\n").version(), next);
    const nlohmann::json index = nlohmann::json::parse(Read(SamplePath("metadata.json")));
    EXPECT_EQ(index["filePath"], kRequirements);
    EXPECT_EQ(index["currentVersion"], next);
    ASSERT_EQ(index["snapshots"].size(), static_cast<size_t>(next));
    EXPECT_EQ(index["snapshots"][1]["trigger"], "revision_requested");
    EXPECT_EQ(Read(SamplePath(absl::StrCat("metadata.json.damaged-", Sha256Hex(damage).substr(0, 16)))), damage);
  }
  EXPECT_GE(damage_.reported(), 1);
}

TEST_F(SnapshotStoreTest, AMissingIndexIsRebuilt) {
  PutSampleTree(tree_);
  const std::string before = Read(SamplePath("metadata.json"));
  {
    DirectTransaction tx(tree_, "remove");
    ASSERT_THAT(tx.Remove(SamplePath("metadata.json")), IsOk());
  }
  Capture(kRequirements, "# New\n");
  nlohmann::json index = nlohmann::json::parse(Read(SamplePath("metadata.json")));
  ASSERT_EQ(index["snapshots"].size(), 5u);
  index["snapshots"].erase(4);
  index["currentVersion"] = 4;
  EXPECT_EQ(index, nlohmann::json::parse(before));
}

TEST_F(SnapshotStoreTest, WhatTheIndexForgotIsFoundAndWhatItAloneKnowsStays) {
  PutSampleTree(tree_);
  const std::string text = Read(SamplePath("metadata.json"));
  nlohmann::ordered_json index = nlohmann::ordered_json::parse(text);
  index["x-tool"] = "kept";
  index["snapshots"].erase(2);
  index["snapshots"][0]["note"] = "kept too";
  index["currentVersion"] = 7;
  tree_.Put(SamplePath("metadata.json"), index.dump());
  EXPECT_EQ(Capture(kRequirements, "# New\n").version(), 8);
  const nlohmann::json after = nlohmann::json::parse(Read(SamplePath("metadata.json")));
  EXPECT_EQ(after["x-tool"], "kept");
  EXPECT_EQ(after["snapshots"][0]["note"], "kept too");
  ASSERT_EQ(after["snapshots"].size(), 5u);
  EXPECT_EQ(after["snapshots"][2]["version"], 3);
  EXPECT_EQ(after["snapshots"][4]["version"], 8);
}

TEST_F(SnapshotStoreTest, ADamagedSnapshotIsNamedAndTheOthersGoOnWorking) {
  PutSampleTree(tree_);
  tree_.Put(SamplePath("snapshot-002.json"), "{\"id\": ");
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
  EXPECT_THAT(history.Get(2), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("snapshot-002.json")));
  ASSERT_OK_AND_ASSIGN(const std::vector<v1::ApprovalSnapshot> snapshots, history.List(kMaxBytes));
  ASSERT_EQ(snapshots.size(), 3u);
  EXPECT_EQ(snapshots[1].version(), 3);
  ASSERT_OK_AND_ASSIGN(const std::vector<v1::ApprovalSnapshot> again, history.List(kMaxBytes));
  EXPECT_EQ(damage_.reported(), 1);
  EXPECT_EQ(Capture(kRequirements, "# New\n").version(), 5);
  EXPECT_EQ(Read(SamplePath("snapshot-002.json")), "{\"id\": ");
}

TEST_F(SnapshotStoreTest, FilesOfTheSameNameAreNotMixedUp) {
  PutSampleTree(tree_);
  constexpr char kOther[] = ".spec-context/specs/user-auth/old/requirements.md";
  EXPECT_EQ(Capture(kOther, "other").version(), 1);
  EXPECT_EQ(Capture(kRequirements, "ours").version(), 5);
  EXPECT_EQ(Capture(kOther, "other").version(), 2);
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory other, Open(kOther));
  EXPECT_THAT(other.versions(), ElementsAre(1, 2));
  EXPECT_THAT(Names("approvals/user-auth/.snapshots"),
              ElementsAre("requirements.md", absl::StrCat("requirements.md-", Sha256Hex(kOther).substr(0, 16))));
}

TEST_F(SnapshotStoreTest, WithoutAnIndexTheApprovalsTellWhoseTheSnapshotsAre) {
  PutSampleTree(tree_);
  tree_.Put(SamplePath("metadata.json"), "damaged");
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory other, Open(".spec-context/specs/user-auth/old/requirements.md"));
  EXPECT_THAT(other.versions(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory ours, Open());
  EXPECT_THAT(ours.versions(), ElementsAre(1, 2, 3, 4));
}

TEST_F(SnapshotStoreTest, AnIndexWithAnAbsolutePathIsOfTheSameFile) {
  PutSampleTree(tree_);
  tree_.Put(SamplePath("metadata.json"),
            absl::StrReplaceAll(Read(SamplePath("metadata.json")),
                                {{kRequirements, absl::StrCat("/home/user/project/", kRequirements)}}));
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
  EXPECT_THAT(history.versions(), ElementsAre(1, 2, 3, 4));
}

TEST_F(SnapshotStoreTest, TheNewestSnapshotOfAContentIsFound) {
  PutSampleTree(tree_);
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
  ASSERT_OK_AND_ASSIGN(const v1::ApprovalSnapshot first, history.Get(1));
  EXPECT_EQ(history.FindByHash(Sha256Hex(first.content()))->version(), 2);
  EXPECT_EQ(history.FindByHash(Sha256Hex("unknown")), absl::nullopt);
}

TEST_F(SnapshotStoreTest, AListThatWouldBeTooLargeIsRefused) {
  PutSampleTree(tree_);
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
  EXPECT_THAT(history.List(300), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST_F(SnapshotStoreTest, BytesThatAreNoTextAreKeptAsFarAsJsonCan) {
  const v1::ApprovalSnapshot snapshot = Capture(kRequirements,
                                                "a\xFF"
                                                "b\n");
  EXPECT_EQ(snapshot.content(), "a\uFFFDb\n");
  EXPECT_EQ(snapshot.size_bytes(), 4);
  ASSERT_OK_AND_ASSIGN(const SnapshotHistory history, Open());
  EXPECT_THAT(history.Get(1), IsOk());
}

TEST_F(SnapshotStoreTest, OnlyNamesOfSnapshotsCount) {
  EXPECT_EQ(SnapshotFileName(4), "snapshot-004.json");
  EXPECT_EQ(SnapshotFileName(1234), "snapshot-1234.json");
  EXPECT_EQ(SnapshotVersionOf("snapshot-004.json"), 4);
  EXPECT_EQ(SnapshotVersionOf("snapshot-1234.json"), 1234);
  for (const char* name : {"snapshot-4.json", "snapshot-0004.json", "snapshot-000.json", "snapshot--01.json",
                           "snapshot-001.json.bak", "metadata.json", "snapshot-1000000000.json", "snapshot-+01.json"}) {
    EXPECT_EQ(SnapshotVersionOf(name), absl::nullopt) << name;
  }
}

}  // namespace
}  // namespace specrelay
