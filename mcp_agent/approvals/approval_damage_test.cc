// What the commands do with files that were cut off or changed at random.
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/approvals/testing/sample_tree.h"
#include "mcp_agent/approvals/testing/store_fixture.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr int kVariants = 250;

class ApprovalDamageTest : public StoreFixture {
 protected:
  ApprovalDamageTest() { PutSampleTree(tree_); }

  // `bytes` cut off, or with one to eight bits flipped.
  std::string Damage(std::string bytes) {
    if (bytes.empty()) return bytes;
    if (random_() % 3 == 0) return bytes.substr(0, random_() % bytes.size());
    for (size_t flips = 1 + random_() % 8; flips > 0; --flips) bytes[random_() % bytes.size()] ^= 1 << random_() % 8;
    return bytes;
  }

  std::mt19937 random_{20261121};
};

TEST_F(ApprovalDamageTest, ADamagedApprovalHindersNoOtherAndIsNeverOverwritten) {
  const std::string path = PathOf(kSampleToRevise);
  const std::string whole = Read(path);
  v1::ApprovalListRequest all;
  all.set_include_decided(true);
  for (int i = 0; i < kVariants; ++i) {
    const std::string damaged = Damage(whole);
    tree_.Put(path, damaged);
    ASSERT_OK_AND_ASSIGN(const v1::ApprovalListResponse list, store_.List(all));
    bool other_listed = false;
    bool listed = false;
    for (const v1::Approval& approval : list.approvals()) {
      other_listed |= approval.id() == kSampleApproved;
      listed |= approval.id() == kSampleToRevise;
    }
    EXPECT_TRUE(other_listed);
    v1::ApprovalGetRequest get;
    get.set_id(kSampleToRevise);
    EXPECT_EQ(store_.Get(get).ok(), listed);
    if (listed) continue;  // the damage is in a text, or harmless
    v1::ApprovalConsumeRequest consume;
    consume.set_id(kSampleToRevise);
    EXPECT_THAT(Decide(UpdateRequest(kSampleToRevise)), HasCode(absl::StatusCode::kFailedPrecondition));
    DirectTransaction tx = Next();
    EXPECT_THAT(store_.Consume(tx, consume), HasCode(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(Read(path), damaged);
  }
}

TEST_F(ApprovalDamageTest, ADamagedIndexOfSnapshotsLosesNone) {
  const std::string path = absl::StrCat(kSampleSnapshots, "metadata.json");
  const std::string whole = Read(path);
  for (int i = 0; i < kVariants; ++i) {
    tree_.Put(path, Damage(whole));
    // A flipped bit in the path of the file makes the directory another file's, so only what is no JSON is compared.
    const bool is_json = nlohmann::json::accept(Read(path));
    const std::vector<v1::ApprovalSnapshot> snapshots = Snapshots(kSampleApproved);
    EXPECT_TRUE(is_json || snapshots.size() == 4u) << Read(path);
    EXPECT_THAT(tree_.Stat(absl::StrCat(kSampleSnapshots, "snapshot-004.json")), IsOk());
  }
}

TEST_F(ApprovalDamageTest, ADamagedSnapshotLeavesTheOthers) {
  const std::string path = absl::StrCat(kSampleSnapshots, "snapshot-002.json");
  const std::string whole = Read(path);
  for (int i = 0; i < kVariants; ++i) {
    tree_.Put(path, Damage(whole));
    EXPECT_GE(Snapshots(kSampleApproved).size(), 3u);
  }
}

}  // namespace
}  // namespace specrelay
