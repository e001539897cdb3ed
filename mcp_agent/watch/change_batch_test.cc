#include "mcp_agent/watch/change_batch.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

v1::FileChanged Change(absl::string_view path, size_t content_bytes = 1) {
  v1::FileChanged change;
  change.set_path(std::string(path));
  change.set_content(std::string(content_bytes, 'x'));
  return change;
}

class ChangeBatchTest : public testing::Test {
 protected:
  std::vector<TreeChanges> delivered_;
  ChangeBatch batch_{[this](TreeChanges changes) { delivered_.push_back(std::move(changes)); }};
};

TEST_F(ChangeBatchTest, ChangesAreDeliveredTogetherAndInOrder) {
  batch_.Add(Change("b"));
  batch_.Add(Change("a"));
  EXPECT_TRUE(delivered_.empty());
  batch_.Flush();
  ASSERT_EQ(delivered_.size(), 1u);
  ASSERT_EQ(delivered_[0].changes.size(), 2u);
  EXPECT_EQ(delivered_[0].changes[0].path(), "b");
  EXPECT_EQ(delivered_[0].changes[1].path(), "a");
  EXPECT_EQ(delivered_[0].resync_reason, "");
}

TEST_F(ChangeBatchTest, NothingIsNotDelivered) {
  batch_.Flush();
  batch_.Add(Change("a"));
  batch_.Flush();
  batch_.Flush();
  EXPECT_EQ(delivered_.size(), 1u);
}

TEST_F(ChangeBatchTest, ManyChangesAreSplit) {
  for (size_t i = 0; i < 2 * ChangeBatch::kMaxChanges + 1; ++i) batch_.Add(Change(absl::StrCat(i)));
  ASSERT_EQ(delivered_.size(), 2u);
  batch_.Flush();
  ASSERT_EQ(delivered_.size(), 3u);
  EXPECT_EQ(delivered_[1].changes.size(), ChangeBatch::kMaxChanges);
  EXPECT_EQ(delivered_[2].changes.size(), 1u);
}

TEST_F(ChangeBatchTest, LargeContentsAreSplit) {
  for (int i = 0; i < 40; ++i) batch_.Add(Change("a", 64 << 10));
  EXPECT_EQ(delivered_.size(), 2u);
  EXPECT_EQ(delivered_[0].changes.size(), 16u);
  EXPECT_EQ(delivered_[1].changes.size(), 16u);
}

TEST_F(ChangeBatchTest, AResyncComesAfterWhatWasFoundBeforeIt) {
  batch_.Add(Change("before"));
  batch_.Resync("lost");
  batch_.Add(Change("after"));
  batch_.Flush();
  ASSERT_EQ(delivered_.size(), 2u);
  EXPECT_EQ(delivered_[0].resync_reason, "");
  EXPECT_EQ(delivered_[0].changes[0].path(), "before");
  EXPECT_EQ(delivered_[1].resync_reason, "lost");
  EXPECT_EQ(delivered_[1].changes[0].path(), "after");
}

TEST_F(ChangeBatchTest, AResyncIsDeliveredWithoutChangesAndOnce) {
  batch_.Resync("first");
  batch_.Resync("second");
  batch_.Flush();
  batch_.Flush();
  ASSERT_EQ(delivered_.size(), 1u);
  EXPECT_EQ(delivered_[0].resync_reason, "first");
  EXPECT_TRUE(delivered_[0].changes.empty());
}

}  // namespace
}  // namespace specrelay
