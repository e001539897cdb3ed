#include "relay/tree_mirror.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

v1::TreeState StateOf(const std::vector<std::pair<std::string, std::string>>& files, bool last = true) {
  v1::TreeState state;
  state.set_last(last);
  for (const auto& [path, hash] : files) {
    v1::FileState* file = state.add_files();
    file->set_path(path);
    file->set_hash(hash);
  }
  return state;
}

v1::FileChanged ChangeOf(absl::string_view path, absl::string_view hash) {
  v1::FileChanged change;
  change.set_path(std::string(path));
  change.set_hash(std::string(hash));
  change.set_change(hash.empty() ? v1::FILE_CHANGE_TYPE_DELETED : v1::FILE_CHANGE_TYPE_MODIFIED);
  return change;
}

std::vector<std::string> Describe(const std::vector<v1::FileChanged>& changes) {
  std::vector<std::string> lines;
  for (const v1::FileChanged& c : changes) {
    lines.push_back(absl::StrCat(c.path(), " ", v1::FileChangeType_Name(c.change()).substr(17)));
  }
  return lines;
}

TEST(TreeMirrorTest, TheFirstStateDiffersFromNothing) {
  TreeMirror mirror;
  EXPECT_FALSE(mirror.known());
  EXPECT_THAT(mirror.ApplyState(StateOf({{"a", "01"}})), testing::IsEmpty());
  EXPECT_TRUE(mirror.known());
}

TEST(TreeMirrorTest, ALaterStateTellsWhatWasMissed) {
  TreeMirror mirror;
  mirror.ApplyState(StateOf({{"gone", "01"}, {"same", "02"}, {"changed", "03"}}));
  EXPECT_THAT(Describe(mirror.ApplyState(StateOf({{"same", "02"}, {"changed", "04"}, {"new", "05"}}))),
              testing::UnorderedElementsAre("gone DELETED", "changed MODIFIED", "new CREATED"));
  EXPECT_THAT(mirror.ApplyState(StateOf({{"same", "02"}, {"changed", "04"}, {"new", "05"}})), testing::IsEmpty());
}

TEST(TreeMirrorTest, WhatWasWrittenLatelyIsToldAgainBecauseItMayHaveChangedAndChangedBack) {
  v1::TreeState state = StateOf({{"old", "01"}, {"lately", "02"}, {"latest", "03"}});
  state.mutable_files(0)->mutable_last_modified()->set_seconds(1'000'000);
  state.mutable_files(1)->mutable_last_modified()->set_seconds(1'000'001);
  state.mutable_files(2)->mutable_last_modified()->set_seconds(1'000'061);
  TreeMirror mirror;
  EXPECT_THAT(mirror.ApplyState(state), testing::IsEmpty());
  EXPECT_THAT(Describe(mirror.ApplyState(state)), testing::UnorderedElementsAre("lately MODIFIED", "latest MODIFIED"));
}

TEST(TreeMirrorTest, ATreeThatWasCopiedAsAWholeIsNotToldAgain) {
  v1::TreeState state;
  state.set_last(true);
  for (int i = 0; i < 100; ++i) {
    v1::FileState* file = state.add_files();
    file->set_path(absl::StrCat("copied-", i));
    file->set_hash("01");
    file->mutable_last_modified()->set_seconds(1'000'000 + i / 10);
  }
  TreeMirror mirror;
  mirror.ApplyState(state);
  EXPECT_THAT(mirror.ApplyState(state), testing::IsEmpty());
}

TEST(TreeMirrorTest, AStateInPartsCountsWhenItIsComplete) {
  TreeMirror mirror;
  mirror.ApplyState(StateOf({{"a", "01"}, {"b", "02"}}));
  EXPECT_THAT(mirror.ApplyState(StateOf({{"a", "01"}}, /*last=*/false)), testing::IsEmpty());
  EXPECT_THAT(Describe(mirror.ApplyState(StateOf({{"c", "03"}}))),
              testing::UnorderedElementsAre("b DELETED", "c CREATED"));
}

TEST(TreeMirrorTest, AnAbandonedStateLeavesNothingBehind) {
  TreeMirror mirror;
  mirror.ApplyState(StateOf({{"a", "01"}}));
  mirror.ApplyState(StateOf({{"half", "02"}}, /*last=*/false));
  mirror.AbandonState();
  EXPECT_THAT(mirror.ApplyState(StateOf({{"a", "01"}})), testing::IsEmpty());
}

TEST(TreeMirrorTest, OnlyTheDeletionOfAnUnknownFileTellsNothing) {
  TreeMirror mirror;
  mirror.ApplyState(StateOf({{"a", "01"}}));
  EXPECT_TRUE(mirror.Apply(ChangeOf("a", "02")));
  EXPECT_TRUE(mirror.Apply(ChangeOf("a", "02"))) << "it had another content in between";
  EXPECT_TRUE(mirror.Apply(ChangeOf("a", "")));
  EXPECT_FALSE(mirror.Apply(ChangeOf("a", "")));
}

TEST(TreeMirrorTest, BeyondItsBoundItForgetsAndBecomesUnknown) {
  TreeMirror mirror(/*max_files=*/2);
  mirror.ApplyState(StateOf({{"a", "01"}, {"b", "02"}}));
  ASSERT_TRUE(mirror.known());
  EXPECT_TRUE(mirror.Apply(ChangeOf("c", "03")));
  EXPECT_FALSE(mirror.known());
  mirror.ApplyState(StateOf({{"a", "01"}, {"b", "02"}, {"c", "03"}}));
  EXPECT_FALSE(mirror.known());
}

}  // namespace
}  // namespace specrelay
