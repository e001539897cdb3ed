// When a list is believed: through the executor on a real tree, counting what it is asked.
#include "mcp_agent/specs/spec_list_cache.h"

#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

class BelievedListTest : public ::testing::Test {
 protected:
  BelievedListTest() {
    Put("specs/a/tasks.md", "- [x] 1. One\n- [ ] 2. Two\n");
    Put("specs/b/design.md", "# D\n");
    Put("archive/specs/old/design.md", "# D\n");
    harness_.set_generation(1);
  }

  void Put(absl::string_view path, absl::string_view bytes) { project_.WriteFile(InTree(path), bytes); }
  std::string InTree(absl::string_view path) { return absl::StrCat(".spec-context/", path); }

  // Lists the specs; whether that looked at them.
  bool Looks(const char* command = R"({"specList": {}})", int specs = 2) {
    harness_.tree().Reset();
    const absl::StatusOr<v1::CommandResult> result = harness_.Execute(command);
    EXPECT_THAT(result, IsOk());
    if (!result.ok()) return false;
    EXPECT_EQ(result->spec_list().specs_size() + result->spec_archived_list().specs_size(), specs);
    return harness_.tree().calls("List") > 0;
  }
  bool LooksAtArchive() { return Looks(R"({"specArchivedList": {}})", 1); }

  const TempDir project_;
  ExecutorHarness harness_{project_.path()};
};

TEST_F(BelievedListTest, AnUnchangedTreeIsNotLookedAt) {
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult first, harness_.Execute(R"({"specList": {}})"));
  harness_.tree().Reset();
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult second, harness_.Execute(R"({"specList": {}})"));
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_EQ(harness_.tree().calls("List"), 0);
  EXPECT_EQ(harness_.tree().calls("Read"), 0);
  EXPECT_EQ(harness_.tree().calls("Stat"), 1);  // of the shelf, however many specs there are
}

TEST_F(BelievedListTest, AnotherGenerationIsLookedAt) {
  EXPECT_TRUE(Looks());
  harness_.set_generation(2);
  EXPECT_TRUE(Looks());
  EXPECT_FALSE(Looks());
  harness_.set_generation(1);
  EXPECT_TRUE(Looks());
}

TEST_F(BelievedListTest, WithoutAGenerationEveryListLooksAndNoneIsKept) {
  harness_.set_generation(absl::nullopt);
  EXPECT_TRUE(Looks());
  EXPECT_TRUE(Looks());
  harness_.set_generation(1);
  EXPECT_TRUE(Looks());
}

TEST_F(BelievedListTest, AListIsBelievedForTwoSecondsOnly) {
  EXPECT_TRUE(Looks());
  harness_.clock().Advance(SpecListCache::kLongestBelief - absl::Milliseconds(1));
  EXPECT_FALSE(Looks());
  harness_.clock().Advance(absl::Milliseconds(1));
  EXPECT_TRUE(Looks());
}

TEST_F(BelievedListTest, AClockThatWasSetBackIsNoReasonToBelieve) {
  EXPECT_TRUE(Looks());
  harness_.clock().Advance(-absl::Milliseconds(1));
  EXPECT_TRUE(Looks());
}

TEST_F(BelievedListTest, WhatChangesWhileItIsListedIsLookedAtAgain) {
  harness_.tree().set_hook([this](absl::string_view operation, absl::string_view path) {
    if (operation == "Stat" && path == "specs/b") {
      Put("specs/a/tasks.md", "- [x] 1. One\n- [x] 2. Two\n");
      harness_.set_generation(2);
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(Looks());
  harness_.tree().set_hook(nullptr);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specList": {}})"));
  EXPECT_EQ(result.spec_list().specs(0).task_summary().completed(), 2);
}

TEST_F(BelievedListTest, AnotherDirectoryInTheShelfsPlaceIsLookedAt) {
  EXPECT_TRUE(Looks());
  fs::rename(project_.Join(InTree("specs")), project_.Join(InTree("before")));
  EXPECT_TRUE(Looks(R"({"specList": {}})", 0));
  Put("specs/c/design.md", "# D\n");
  EXPECT_TRUE(Looks(R"({"specList": {}})", 1));
}

TEST_F(BelievedListTest, ADocumentWithAnotherNameCanChangeUnseenSoItsListIsNotKept) {
  fs::create_hard_link(project_.Join(InTree("specs/b/design.md")), project_.Join("elsewhere.md"));
  EXPECT_TRUE(Looks());
  EXPECT_TRUE(Looks());
  fs::remove(project_.Join("elsewhere.md"));
  EXPECT_TRUE(Looks());
  EXPECT_FALSE(Looks());
}

TEST_F(BelievedListTest, EachShelfHasItsOwnList) {
  EXPECT_TRUE(Looks());
  EXPECT_TRUE(LooksAtArchive());
  EXPECT_FALSE(Looks());
  EXPECT_FALSE(LooksAtArchive());
}

TEST_F(BelievedListTest, AListThatFailedIsNotKept) {
  harness_.tree().set_hook([](absl::string_view operation, absl::string_view path) {
    return path == "specs/b/design.md" ? absl::InternalError("input/output error") : absl::OkStatus();
  });
  EXPECT_THAT(harness_.Execute(R"({"specList": {}})"), HasCode(absl::StatusCode::kInternal));
  harness_.tree().set_hook(nullptr);
  EXPECT_TRUE(Looks());
}

TEST_F(BelievedListTest, AListWithoutCountsForAPassingReasonIsNotKept) {
  harness_.tree().set_hook([](absl::string_view operation, absl::string_view path) {
    return operation == "Read" ? absl::ResourceExhaustedError("too many open files") : absl::OkStatus();
  });
  EXPECT_TRUE(Looks());
  harness_.tree().set_hook(nullptr);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"specList": {}})"));
  EXPECT_EQ(result.spec_list().specs(0).task_summary().completed(), 1);
}

TEST(BelievedListLimitTest, AListWithoutCountsOfADocumentOverTheLimitIsKept) {
  const TempDir project;
  project.WriteFile(".spec-context/specs/a/tasks.md", "- [x] 1. One\n");
  v1::AgentPolicy policy;
  policy.set_max_file_bytes(5);
  ExecutorHarness harness(project.path(), policy);
  harness.set_generation(1);
  for (const int lists : {1, 0}) {
    harness.tree().Reset();
    ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness.Execute(R"({"specList": {}})"));
    EXPECT_FALSE(result.spec_list().specs(0).has_task_summary());
    EXPECT_EQ(harness.tree().calls("List"), lists);
    EXPECT_EQ(harness.tree().calls("Read"), 0);
  }
}

class SpecListCacheTest : public ::testing::Test {
 protected:
  static SpecListCache::Specs OneSpec(size_t name_bytes) {
    SpecListCache::Specs specs;
    specs.Add()->set_name(std::string(name_bytes, 'a'));
    return specs;
  }

  const FakeClock clock_;
  SpecListCache lists_{nullptr, clock_};
  const SpecListCache::Basis basis_{clock_.Now(), 1, 2, 3, 4};
};

TEST_F(SpecListCacheTest, AListIsKeptForItsLimitOfFiles) {
  lists_.Store(SpecShelf::kActive, basis_, OneSpec(10));
  ASSERT_NE(lists_.Find(SpecShelf::kActive, basis_), nullptr);
  SpecListCache::Basis other = basis_;
  other.max_file_bytes = 5;
  EXPECT_EQ(lists_.Find(SpecShelf::kActive, other), nullptr);
}

TEST_F(SpecListCacheTest, AListThatIsTooLongIsNotKeptNorTheOneBeforeIt) {
  lists_.Store(SpecShelf::kActive, basis_, OneSpec(10));
  lists_.Store(SpecShelf::kActive, basis_, OneSpec(SpecListCache::kMaxListBytes));
  EXPECT_EQ(lists_.Find(SpecShelf::kActive, basis_), nullptr);
}

}  // namespace
}  // namespace specrelay
