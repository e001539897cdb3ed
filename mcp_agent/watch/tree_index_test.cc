#include "mcp_agent/watch/tree_index.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/digest.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kLongAgo = absl::FromUnixSeconds(1'600'000'000);
const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

FileStat StatOf(int64_t size_bytes, uint64_t inode = 1, absl::Time changed = kLongAgo) {
  FileStat stat;
  stat.size_bytes = size_bytes;
  stat.device = 1;
  stat.inode = inode;
  stat.last_modified = changed;
  stat.changed = changed;
  return stat;
}

FileContent File(std::string bytes, uint64_t inode = 1, absl::Time changed = kLongAgo) {
  FileContent file;
  file.hash = Sha256Hex(bytes);
  file.stat = StatOf(static_cast<int64_t>(bytes.size()), inode, changed);
  file.bytes = std::move(bytes);
  return file;
}

class TreeIndexTest : public testing::Test {
 protected:
  // The change that a check of one file gives.
  absl::optional<v1::FileChanged> See(const std::string& path, const FileContent& file, absl::Time read_at = kNow) {
    index_.BeginCheck();
    absl::optional<v1::FileChanged> change = index_.Observe(path, file, read_at);
    EXPECT_THAT(index_.EndCheck(path), IsEmpty());
    return change;
  }

  // What a check of `path` gives that finds nothing there.
  std::vector<std::string> SeeNothing(const std::string& path) {
    index_.BeginCheck();
    return DeletedPaths(index_.EndCheck(path));
  }

  static std::vector<std::string> DeletedPaths(const std::vector<v1::FileChanged>& changes) {
    std::vector<std::string> paths;
    for (const v1::FileChanged& change : changes) {
      EXPECT_EQ(change.change(), v1::FILE_CHANGE_TYPE_DELETED);
      paths.push_back(change.path());
    }
    return paths;
  }

  std::vector<std::string> Paths() const {
    std::vector<std::string> paths;
    for (const v1::FileState& file : index_.Files()) paths.push_back(file.path());
    return paths;
  }

  TreeIndex index_;
};

TEST_F(TreeIndexTest, AFileSeenForTheFirstTimeIsCreated) {
  const absl::optional<v1::FileChanged> change = See("specs/a/tasks.md", File("- [ ] 1. Do it\n"));
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->path(), "specs/a/tasks.md");
  EXPECT_EQ(change->category(), v1::FILE_CATEGORY_TASKS);
  EXPECT_EQ(change->change(), v1::FILE_CHANGE_TYPE_CREATED);
  EXPECT_EQ(change->hash(), Sha256Hex("- [ ] 1. Do it\n"));
  EXPECT_EQ(change->size_bytes(), 15);
  EXPECT_EQ(FromProto(change->last_modified()), kLongAgo);
  EXPECT_EQ(change->content(), "- [ ] 1. Do it\n");
  EXPECT_FALSE(change->content_omitted());
}

TEST_F(TreeIndexTest, OtherContentIsAModification) {
  See("a.md", File("old"));
  const absl::optional<v1::FileChanged> change = See("a.md", File("new"));
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->change(), v1::FILE_CHANGE_TYPE_MODIFIED);
  EXPECT_EQ(change->content(), "new");
}

TEST_F(TreeIndexTest, TheSameContentInAnotherFileOrAtAnotherTimeIsNoChange) {
  See("a.md", File("same"));
  EXPECT_FALSE(See("a.md", File("same")).has_value());
  EXPECT_FALSE(See("a.md", File("same", /*inode=*/2, kNow)).has_value());
}

TEST_F(TreeIndexTest, AChangeBackToTheFirstContentIsReportedAgain) {
  See("a.md", File("one"));
  See("a.md", File("two"));
  EXPECT_TRUE(See("a.md", File("one")).has_value());
}

TEST_F(TreeIndexTest, AFileThatWasWrittenTwiceAtOnceIsReportedThoughItIsAsItWas) {
  See("a", File("one"));
  index_.NoteWrite("a", kNow);
  EXPECT_FALSE(See("a", File("one", 2)).has_value()) << "one write that changed nothing";
  index_.NoteWrite("a", kNow + kReturnWindow);
  const absl::optional<v1::FileChanged> change = See("a", File("one", 3));
  ASSERT_TRUE(change.has_value());
  EXPECT_EQ(change->change(), v1::FILE_CHANGE_TYPE_MODIFIED);
  EXPECT_EQ(change->content(), "one");
  EXPECT_FALSE(See("a", File("one", 3)).has_value()) << "it has been told";
}

TEST_F(TreeIndexTest, TwoWritesWithoutAnObservationInBetweenAreReportedHoweverFarApart) {
  See("a", File("one"));
  index_.NoteWrite("a", kNow);
  index_.NoteWrite("a", kNow + 10 * kReturnWindow);
  EXPECT_TRUE(See("a", File("one", 2)).has_value());
}

TEST_F(TreeIndexTest, WritesThatChangeNothingAreNotReportedWhenTheyAreFarApart) {
  See("a", File("one"));
  for (int i = 0; i < 5; ++i) {
    index_.NoteWrite("a", kNow + 2 * i * kReturnWindow);
    EXPECT_FALSE(See("a", File("one", 2 + i)).has_value());
  }
}

TEST_F(TreeIndexTest, AWriteThatWasReportedIsNoReasonToReportTheNext) {
  See("a", File("one"));
  index_.NoteWrite("a", kNow);
  EXPECT_TRUE(See("a", File("two", 2)).has_value());
  index_.NoteWrite("a", kNow);
  EXPECT_FALSE(See("a", File("two", 3)).has_value());
}

TEST_F(TreeIndexTest, FilesOfADirectoryThatWasMovedAwayAndBackAreReported) {
  See("d/a", File("one"));
  See("da", File("one", 2));
  index_.NoteWrite("d", kNow);
  index_.NoteWrite("d", kNow);
  index_.BeginCheck();
  EXPECT_TRUE(index_.ObserveUnchanged("da", File("one", 2).stat));
  EXPECT_FALSE(index_.ObserveUnchanged("d/a", File("one").stat)) << "it is to be read";
  EXPECT_TRUE(index_.Observe("d/a", File("one"), kNow).has_value());
}

TEST_F(TreeIndexTest, AMissingFileIsDeletedOnce) {
  See("specs/a/tasks.md", File("x"));
  index_.BeginCheck();
  const std::vector<v1::FileChanged> deletions = index_.EndCheck("specs/a/tasks.md");
  ASSERT_EQ(deletions.size(), 1u);
  EXPECT_EQ(deletions[0].change(), v1::FILE_CHANGE_TYPE_DELETED);
  EXPECT_EQ(deletions[0].category(), v1::FILE_CATEGORY_TASKS);
  EXPECT_EQ(deletions[0].hash(), "");
  EXPECT_EQ(deletions[0].size_bytes(), 0);
  EXPECT_FALSE(deletions[0].has_last_modified());
  EXPECT_THAT(SeeNothing("specs/a/tasks.md"), IsEmpty());
  EXPECT_EQ(See("specs/a/tasks.md", File("x"))->change(), v1::FILE_CHANGE_TYPE_CREATED);
}

TEST_F(TreeIndexTest, AMissingDirectoryTakesAllBelowWithItAndNothingBeside) {
  for (const char* path : {"a", "b-", "b.md", "b/1", "b/c/2", "b0", "c"}) See(path, File(path));
  EXPECT_THAT(SeeNothing("b"), ElementsAre("b/1", "b/c/2"));
  EXPECT_THAT(Paths(), ElementsAre("a", "b-", "b.md", "b0", "c"));
}

TEST_F(TreeIndexTest, AMissingTreeTakesEverything) {
  See("a", File("1"));
  See("b/c", File("2"));
  EXPECT_THAT(SeeNothing(""), ElementsAre("a", "b/c"));
  EXPECT_EQ(index_.size(), 0u);
}

TEST_F(TreeIndexTest, ACheckOfADirectoryDeletesOnlyWhatItDidNotFind) {
  for (const char* path : {"d/gone", "d/kept", "d/read", "e"}) See(path, File(path));
  index_.BeginCheck();
  EXPECT_TRUE(index_.ObserveUnchanged("d/kept", StatOf(6)));
  EXPECT_FALSE(index_.Observe("d/read", File("d/read"), kNow).has_value());
  EXPECT_TRUE(index_.Observe("d/new", File("n"), kNow).has_value());
  EXPECT_THAT(DeletedPaths(index_.EndCheck("d")), ElementsAre("d/gone"));
  EXPECT_THAT(Paths(), ElementsAre("d/kept", "d/new", "d/read", "e"));
}

TEST_F(TreeIndexTest, AFileThatBecameADirectoryIsDeleted) {
  See("a", File("1"));
  index_.BeginCheck();
  index_.Observe("a/b", File("2"), kNow);
  EXPECT_THAT(DeletedPaths(index_.EndCheck("a")), ElementsAre("a"));
  EXPECT_THAT(Paths(), ElementsAre("a/b"));
}

TEST_F(TreeIndexTest, ADirectoryThatBecameAFileLosesWhatWasBelow) {
  See("a/b", File("1"));
  index_.BeginCheck();
  index_.Observe("a", File("2"), kNow);
  EXPECT_THAT(DeletedPaths(index_.EndCheck("a")), ElementsAre("a/b"));
  EXPECT_THAT(Paths(), ElementsAre("a"));
}

TEST_F(TreeIndexTest, WhatCouldNotBeLookedAtStaysAsItWas) {
  for (const char* path : {"d/a", "d/e/b", "f", "g"}) See(path, File(path));
  index_.BeginCheck();
  index_.Keep("d");
  index_.Keep("f");
  EXPECT_THAT(DeletedPaths(index_.EndCheck("")), ElementsAre("g"));
  EXPECT_THAT(Paths(), ElementsAre("d/a", "d/e/b", "f"));
}

TEST_F(TreeIndexTest, ContentUpTo64KiBIsCarried) {
  const absl::optional<v1::FileChanged> fits = See("fits", File(std::string(64 << 10, 'x')));
  EXPECT_EQ(fits->content().size(), size_t{64 << 10});
  EXPECT_FALSE(fits->content_omitted());
  const absl::optional<v1::FileChanged> too_long = See("too-long", File(std::string((64 << 10) + 1, 'x')));
  EXPECT_EQ(too_long->content(), "");
  EXPECT_TRUE(too_long->content_omitted());
  EXPECT_EQ(too_long->size_bytes(), (64 << 10) + 1);
  EXPECT_EQ(too_long->hash(), Sha256Hex(std::string((64 << 10) + 1, 'x')));
}

TEST_F(TreeIndexTest, AnEmptyFileHasAnEmptyContentThatIsNotOmitted) {
  const absl::optional<v1::FileChanged> change = See("empty", File(""));
  EXPECT_EQ(change->change(), v1::FILE_CHANGE_TYPE_CREATED);
  EXPECT_EQ(change->hash(), Sha256Hex(""));
  EXPECT_FALSE(change->content_omitted());
}

TEST_F(TreeIndexTest, AFileTooLargeToReadGoesBySizeAndModificationTime) {
  const auto see = [this](const FileStat& stat) {
    index_.BeginCheck();
    return index_.ObserveTooLarge("huge", stat, kNow);
  };
  const absl::optional<v1::FileChanged> created = see(StatOf(1 << 30));
  EXPECT_EQ(created->change(), v1::FILE_CHANGE_TYPE_CREATED);
  EXPECT_EQ(created->hash(), "");
  EXPECT_EQ(created->size_bytes(), 1 << 30);
  EXPECT_TRUE(created->content_omitted());
  EXPECT_FALSE(see(StatOf(1 << 30, /*inode=*/2)).has_value());
  EXPECT_EQ(see(StatOf((1 << 30) + 1))->change(), v1::FILE_CHANGE_TYPE_MODIFIED);
  EXPECT_EQ(see(StatOf((1 << 30) + 1, /*inode=*/1, kNow))->change(), v1::FILE_CHANGE_TYPE_MODIFIED);
  EXPECT_EQ(See("huge", File("small now"))->change(), v1::FILE_CHANGE_TYPE_MODIFIED);
}

TEST_F(TreeIndexTest, AFileAtRestNeedNotBeReadAgain) {
  See("a", File("12345"));
  index_.BeginCheck();
  EXPECT_TRUE(index_.ObserveUnchanged("a", StatOf(5)));
  EXPECT_FALSE(index_.ObserveUnchanged("b", StatOf(5)));
}

TEST_F(TreeIndexTest, AFileWithAnyOtherFingerprintMustBeReadAgain) {
  See("a", File("12345"));
  FileStat other_device = StatOf(5);
  other_device.device = 2;
  FileStat other_modified = StatOf(5);
  other_modified.last_modified += absl::Nanoseconds(1);
  FileStat other_changed = StatOf(5);
  other_changed.changed += absl::Nanoseconds(1);
  for (const FileStat& stat : {StatOf(6), StatOf(5, /*inode=*/2), other_device, other_modified, other_changed}) {
    EXPECT_FALSE(index_.ObserveUnchanged("a", stat));
  }
}

TEST_F(TreeIndexTest, AFileReadRightAfterItChangedMustBeReadAgain) {
  const absl::Time just_now = kNow - absl::Seconds(1);
  See("a", File("12345", 1, just_now), kNow);
  EXPECT_FALSE(index_.ObserveUnchanged("a", StatOf(5, 1, just_now)));
  See("a", File("12345", 1, just_now), kNow + absl::Seconds(5));
  EXPECT_TRUE(index_.ObserveUnchanged("a", StatOf(5, 1, just_now)));
}

TEST_F(TreeIndexTest, AFileFromTheFutureMustBeReadAgain) {
  See("a", File("12345", 1, kNow + absl::Hours(1)), kNow);
  EXPECT_FALSE(index_.ObserveUnchanged("a", StatOf(5, 1, kNow + absl::Hours(1))));
}

TEST_F(TreeIndexTest, AFileThatGrewWhileItWasReadHasTheSizeOfWhatWasRead) {
  FileContent file = File("12345");
  file.stat.size_bytes = 3;
  EXPECT_EQ(See("a", file)->size_bytes(), 5);
  EXPECT_EQ(index_.Files()[0].size_bytes(), 5);
  EXPECT_FALSE(index_.ObserveUnchanged("a", StatOf(5)));
}

TEST_F(TreeIndexTest, TheOtherNamesOfAFileThatChangedAreOutdated) {
  for (const char* path : {"a", "b", "c"}) See(path, File("old", /*inode=*/7));
  See("other", File("old", /*inode=*/8));
  EXPECT_THAT(index_.TakeOutdated(), IsEmpty());
  See("b", File("new", /*inode=*/7));
  EXPECT_THAT(index_.TakeOutdated(), ElementsAre("a", "c"));
  EXPECT_THAT(index_.TakeOutdated(), IsEmpty());
  See("a", File("new", /*inode=*/7));
  EXPECT_THAT(index_.TakeOutdated(), ElementsAre("c"));
  See("c", File("new", /*inode=*/7));
  EXPECT_THAT(index_.TakeOutdated(), IsEmpty());
}

TEST_F(TreeIndexTest, ANewNameForAChangedFileOutdatesTheOldOne) {
  See("a", File("old", /*inode=*/7));
  See("link", File("new", /*inode=*/7));
  EXPECT_THAT(index_.TakeOutdated(), ElementsAre("a"));
}

TEST_F(TreeIndexTest, AFileThatNoLongerSharesItsContentIsNotOutdated) {
  for (const char* path : {"a", "b", "c"}) See(path, File("old", /*inode=*/7));
  See("a", File("old", /*inode=*/8));
  SeeNothing("b");
  See("c", File("new", /*inode=*/7));
  EXPECT_THAT(index_.TakeOutdated(), IsEmpty());
}

TEST_F(TreeIndexTest, TheStateListsEveryFileInOrderOfPath) {
  See("specs/b/tasks.md", File("b"));
  See("specs/a/design.md", File("a"));
  const std::vector<v1::FileState> files = index_.Files();
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0].path(), "specs/a/design.md");
  EXPECT_EQ(files[0].category(), v1::FILE_CATEGORY_SPEC);
  EXPECT_EQ(files[0].hash(), Sha256Hex("a"));
  EXPECT_EQ(files[0].size_bytes(), 1);
  EXPECT_EQ(FromProto(files[0].last_modified()), kLongAgo);
  EXPECT_EQ(files[1].path(), "specs/b/tasks.md");
  EXPECT_EQ(files[1].category(), v1::FILE_CATEGORY_TASKS);
}

}  // namespace
}  // namespace specrelay
