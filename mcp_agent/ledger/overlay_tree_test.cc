#include "mcp_agent/ledger/overlay_tree.h"

#include <limits>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;

class OverlayTreeTest : public testing::Test {
 protected:
  OverlayTreeTest() {
    base_.Put("specs/a/tasks.md", "old");
    base_.Put("specs/b/tasks.md", "b");
    base_.Put("log", "one\n");
  }

  // Stages and shows `bytes`.
  void Write(absl::string_view path, absl::string_view bytes) {
    const auto lock = *base_.Lock(absl::Seconds(10));
    StagedFile staged = *base_.Stage(*lock, path, bytes);
    overlay_.Put({std::string(path), std::string(bytes), Sha256Hex(bytes), std::move(staged)});
  }

  std::vector<std::string> Names(absl::string_view path) {
    std::vector<std::string> names;
    const std::vector<DirectoryEntry> entries = *overlay_.List(path);
    for (const DirectoryEntry& entry : entries) names.push_back(entry.name);
    return names;
  }

  MemoryTree base_;
  OverlayTree overlay_{base_};
};

TEST_F(OverlayTreeTest, ShowsTheTreeBelowWhereNothingIsStated) {
  EXPECT_TRUE(overlay_.empty());
  EXPECT_EQ(overlay_.Read("specs/a/tasks.md", 100)->bytes, "old");
  EXPECT_EQ(*overlay_.ReadFrom("log", 1, 2), "ne");
  EXPECT_EQ(overlay_.Stat("log")->size_bytes, 4);
  EXPECT_THAT(Names("specs"), ElementsAre("a", "b"));
  EXPECT_THAT(overlay_.Read("none", 100), HasCode(StatusCode::kNotFound));
}

TEST_F(OverlayTreeTest, ShowsAWrittenFileInPlaceOfTheOldOne) {
  Write("specs/a/tasks.md", "newer");
  ASSERT_OK_AND_ASSIGN(const FileContent content, overlay_.Read("specs/a/tasks.md", 100));
  EXPECT_EQ(content.bytes, "newer");
  EXPECT_EQ(content.hash, Sha256Hex("newer"));
  EXPECT_EQ(content.stat.size_bytes, 5);
  EXPECT_EQ(*overlay_.ReadFrom("specs/a/tasks.md", 2, 2), "we");
  EXPECT_EQ(*overlay_.ReadFrom("specs/a/tasks.md", 9, 2), "");
  EXPECT_EQ(overlay_.Stat("specs/a/tasks.md")->inode, content.stat.inode);
  EXPECT_THAT(overlay_.Read("specs/a/tasks.md", 4), HasCode(StatusCode::kResourceExhausted));
  EXPECT_THAT(Names("specs/a"), ElementsAre("tasks.md"));
  Write("specs/a/tasks.md", "newest");
  EXPECT_EQ(overlay_.Read("specs/a/tasks.md", 100)->bytes, "newest");
  EXPECT_EQ(base_.Read("specs/a/tasks.md", 100)->bytes, "old");
}

TEST_F(OverlayTreeTest, ShowsANewFileAndItsDirectory) {
  Write("specs/a/design.md", "new");
  Write("specs/c/tasks.md", "new");
  EXPECT_THAT(Names("specs/a"), ElementsAre("design.md", "tasks.md"));
  EXPECT_THAT(Names("specs"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(Names("specs/c"), ElementsAre("tasks.md"));
  EXPECT_TRUE(overlay_.Stat("specs/c")->is_directory);
  EXPECT_TRUE(overlay_.WroteAbove("specs/c/tasks.md/x"));
  EXPECT_FALSE(overlay_.WroteAbove("specs/c/tasks.md"));
}

TEST_F(OverlayTreeTest, ShowsWhatIsAppendedBehindTheFile) {
  overlay_.Extend("log", *base_.Stat("log"), "two\n");
  overlay_.Extend("log", *overlay_.Stat("log"), "three\n");
  ASSERT_OK_AND_ASSIGN(const FileContent content, overlay_.Read("log", 100));
  EXPECT_EQ(content.bytes, "one\ntwo\nthree\n");
  EXPECT_EQ(content.hash, Sha256Hex(content.bytes));
  EXPECT_EQ(content.stat.size_bytes, 14);
  EXPECT_EQ(overlay_.Stat("log")->size_bytes, 14);
  for (int64_t offset = 0; offset < 16; ++offset) {
    for (int64_t max_bytes = 0; max_bytes < 16; ++max_bytes) {
      EXPECT_EQ(*overlay_.ReadFrom("log", offset, max_bytes),
                offset > 14 ? "" : content.bytes.substr(static_cast<size_t>(offset), static_cast<size_t>(max_bytes)));
    }
  }
  EXPECT_EQ(*overlay_.ReadFrom("log", 2, std::numeric_limits<int64_t>::max()), content.bytes.substr(2));
  EXPECT_THAT(overlay_.Read("log", 13), HasCode(StatusCode::kResourceExhausted));
}

TEST_F(OverlayTreeTest, SaysThatItCannotShowInPartsWhatIsAppendedTo) {
  EXPECT_THAT(overlay_.OpenToRead("log"), HasCode(StatusCode::kUnimplemented)) << "as this tree below says";
  EXPECT_FALSE(overlay_.failed_to_show());
  overlay_.Extend("log", *base_.Stat("log"), "two\n");
  EXPECT_THAT(overlay_.OpenToRead("log"), HasCode(StatusCode::kAborted));
  EXPECT_TRUE(overlay_.failed_to_show());
}

TEST_F(OverlayTreeTest, ShowsContentThatIsYetToBeStagedButNotInParts) {
  Write("specs/a/tasks.md", "newer");
  EXPECT_TRUE(overlay_.Unstaged().empty());
  StagedContent newest = *overlay_.Written("specs/a/tasks.md");
  newest.bytes = "newest";
  newest.is_staged = false;
  overlay_.Put(newest);
  EXPECT_EQ(overlay_.Read("specs/a/tasks.md", 100)->bytes, "newest");
  EXPECT_THAT(overlay_.Unstaged(), ElementsAre(overlay_.Written("specs/a/tasks.md")));
  EXPECT_FALSE(overlay_.failed_to_show());
  EXPECT_THAT(overlay_.OpenToRead("specs/a/tasks.md"), HasCode(StatusCode::kAborted));
  EXPECT_TRUE(overlay_.failed_to_show());
}

TEST_F(OverlayTreeTest, CanOnlyBeRead) {
  const auto lock = *base_.Lock(absl::Seconds(10));
  EXPECT_THAT(overlay_.Lock(absl::Seconds(1)), HasCode(StatusCode::kInternal));
  EXPECT_THAT(overlay_.Write(*lock, "log", "x"), HasCode(StatusCode::kInternal));
  EXPECT_THAT(overlay_.Remove(*lock, "log"), HasCode(StatusCode::kInternal));
  EXPECT_EQ(base_.Read("log", 100)->bytes, "one\n");
}

}  // namespace
}  // namespace specrelay
