#include "mcp_agent/jobs/trash.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/iso_time.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

const absl::Time kNow = ParseIsoTime("2026-11-21T23:30:00.000Z").value();

bool Exists(const Tree& tree, absl::string_view path) { return tree.Stat(path).ok(); }

TEST(TrashTest, NamesAPlaceByDayAndPath) {
  MemoryTree tree;
  EXPECT_EQ(TrashPath(tree, "approvals/auth/a.json", kNow).value(),
            ".specrelay/trash/2026-11-21/approvals/auth/a.json");
}

TEST(TrashTest, FindsAnotherPlaceWhenTheFirstIsTaken) {
  MemoryTree tree;
  tree.Put(".specrelay/trash/2026-11-21/a", "1");
  EXPECT_EQ(TrashPath(tree, "a", kNow).value(), ".specrelay/trash/2026-11-21/a-2");
  for (int i = 2; i <= 100; ++i) tree.Put(absl::StrCat(".specrelay/trash/2026-11-21/a-", i), "1");
  EXPECT_THAT(TrashPath(tree, "a", kNow), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST(TrashTest, RemovesWhatIsOlderThanAWeekAndNothingElse) {
  MemoryTree tree;
  tree.Put(".specrelay/trash/2026-11-13/approvals/auth/a.json", "1");
  tree.Put(".specrelay/trash/2026-11-13/archive/specs/x/design.md", "1");
  tree.Put(".specrelay/trash/2026-11-14/b.json", "1");
  tree.Put(".specrelay/trash/2027-01-01/c.json", "1");
  tree.Put(".specrelay/trash/notes/d.json", "1");
  tree.Put(".specrelay/trash/2026-11-01", "a file of that name");
  tree.Put(".specrelay/journal", "1");
  tree.Put("specs/x/design.md", "1");
  ASSERT_THAT(PurgeTrash(tree, kNow), IsOk());
  EXPECT_FALSE(Exists(tree, ".specrelay/trash/2026-11-13"));
  for (const char* kept :
       {".specrelay/trash/2026-11-14/b.json", ".specrelay/trash/2027-01-01/c.json", ".specrelay/trash/notes/d.json",
        ".specrelay/trash/2026-11-01", ".specrelay/journal", "specs/x/design.md"}) {
    EXPECT_TRUE(Exists(tree, kept)) << kept;
  }
}

TEST(TrashTest, HasNothingToDoWithoutTrash) {
  MemoryTree tree;
  EXPECT_THAT(PurgeTrash(tree, kNow), IsOk());
}

TEST(TrashTest, RemovesNoMoreInOneCallThanItMay) {
  MemoryTree tree;
  for (int i = 0; i < 250; ++i) tree.Put(absl::StrCat(".specrelay/trash/2026-11-01/", i), "");
  ASSERT_THAT(PurgeTrash(tree, kNow, 200), IsOk());
  EXPECT_EQ(tree.List(".specrelay/trash/2026-11-01")->size(), 50U);
  ASSERT_THAT(PurgeTrash(tree, kNow), IsOk());
  EXPECT_FALSE(Exists(tree, ".specrelay/trash/2026-11-01"));
}

TEST(TrashTest, ReportsWhatCannotBeRemoved) {
  MemoryTree tree;
  tree.Put(".specrelay/trash/2026-11-01/a", "");
  tree.InjectWriteFault(absl::PermissionDeniedError("read-only"));
  EXPECT_THAT(PurgeTrash(tree, kNow), HasCode(absl::StatusCode::kPermissionDenied));
}

}  // namespace
}  // namespace specrelay
