// Lists of a tree that changes, with a real watcher: what has returned to its writer is shown.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/specs/document_cache.h"
#include "mcp_agent/specs/spec_list_cache.h"
#include "mcp_agent/specs/spec_store.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "mcp_agent/tree/unique_fd.h"
#include "mcp_agent/watch/testing/watched_tree.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr int kRounds = 60;

// Of always the same size, so that only a look at the right moment tells one from another.
std::string Tasks(int completed) {
  std::string text;
  for (int i = 0; i < kRounds + 1; ++i) absl::StrAppend(&text, "- [", i < completed ? "x" : " ", "] ", i, ". Task\n");
  return text;
}

class SpecListFreshnessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    watched_.Put("specs/a/tasks.md", Tasks(0));
    watched_.MakeDirectory("archive/specs");
    watched_.Start();
  }

  v1::SpecListResponse List() {
    absl::StatusOr<v1::SpecListResponse> list = store_.List({});
    EXPECT_THAT(list, IsOk());
    return list.ok() ? *std::move(list) : v1::SpecListResponse();
  }

  // The spec in a list made now; one without a name when it is not there.
  v1::SpecSummary Listed(absl::string_view name) {
    const v1::SpecListResponse list = List();
    for (const v1::SpecSummary& spec : list.specs()) {
      if (spec.name() == name) return spec;
    }
    return {};
  }

  // Lists until a list is believed, so that what changes next contradicts it.
  void WaitForBelief() {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    do {
      ASSERT_LT(absl::Now(), deadline) << "no list is ever believed";
      watched_.Snapshot();
      List();
      own_.Reset();
      List();
    } while (own_.calls("List") > 0);
  }

  // What must be shown after each step of a round, whatever was listed before.
  void ChangeAndExpect(int round) {
    watched_.PutInPlace("specs/a/tasks.md", Tasks(round));
    EXPECT_EQ(Listed("a").task_summary().completed(), round);
    watched_.temp().WriteFile("project/next", Tasks(round + 1));
    std::filesystem::rename(watched_.temp().Join("project/next"), watched_.TreePath("specs/a/tasks.md"));
    EXPECT_EQ(Listed("a").task_summary().completed(), round + 1);
    {
      const UniqueFd open(::open(watched_.TreePath("specs/a/tasks.md").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
      EXPECT_EQ(::write(open.get(), "- [x] 900. Task\n", 16), 16);
      EXPECT_EQ(Listed("a").task_summary().completed(), round + 2) << "before it is closed";
    }
    watched_.Remove("specs/a/tasks.md");
    EXPECT_FALSE(Listed("a").tasks().exists());

    std::filesystem::create_directory(watched_.TreePath("specs/b"));
    EXPECT_EQ(Listed("b").name(), "b");
    watched_.PutInPlace("specs/b/tasks.md", Tasks(round));
    EXPECT_EQ(Listed("b").task_summary().completed(), round);
    watched_.PutInPlace("specs/b/tasks.md", Tasks(round + 1));
    EXPECT_EQ(Listed("b").task_summary().completed(), round + 1);
    watched_.Move("specs/b", "specs/c");
    EXPECT_EQ(Listed("b").name(), "");
    EXPECT_EQ(Listed("c").task_summary().completed(), round + 1);
    watched_.PutInPlace("specs/c/tasks.md", Tasks(round));
    EXPECT_EQ(Listed("c").task_summary().completed(), round);
    watched_.Move("specs/c", "archive/specs/c");
    EXPECT_EQ(Listed("c").name(), "");
    watched_.Remove("archive/specs/c");
  }

  WatchedTree watched_;
  ObservedTree own_{watched_.tree()};
  // It stands still: only the generation tells a list that may no longer be believed. No file is ever settled.
  const FakeClock clock_{absl::Now()};
  const EnforcedPolicy policy_{v1::AgentPolicy()};
  DocumentCache documents_;
  SpecListCache lists_{[this] { return watched_.watcher().Generation(); }, clock_};
  const SpecStore store_{own_, policy_, documents_, lists_, clock_};
};

TEST_F(SpecListFreshnessTest, AListShowsWhatChangedAfterOneThatWasBelieved) {
  for (int round = 0; round < kRounds / 4; ++round) {
    WaitForBelief();
    ChangeAndExpect(round);
  }
}

TEST_F(SpecListFreshnessTest, EveryStepContradictsAListThatWasBelieved) {
  for (int round = 0; round < kRounds / 4; ++round) {
    for (const char* spec : {"a", "d"}) {
      WaitForBelief();
      watched_.Put(absl::StrCat("specs/", spec, "/tasks.md"), Tasks(round));
      EXPECT_EQ(Listed(spec).task_summary().completed(), round);
    }
    WaitForBelief();
    watched_.Remove("specs/d");
    EXPECT_EQ(Listed("d").name(), "");
  }
}

TEST_F(SpecListFreshnessTest, WhatOthersListMeanwhileDoesNotHideAChange) {
  std::atomic<bool> done = false;
  std::vector<std::thread> listers;
  for (int i = 0; i < 2; ++i) {
    listers.emplace_back([&] {
      // A spec that goes meanwhile may fail a list; here only the moment of keeping it matters.
      while (!done) store_.List({}).IgnoreError();
    });
  }
  for (int round = 0; round < kRounds; ++round) ChangeAndExpect(round);
  done = true;
  for (std::thread& lister : listers) lister.join();
}

TEST_F(SpecListFreshnessTest, ASpecThatWasMovedInWithItsDocumentsIsFollowed) {
  for (int round = 0; round < kRounds / 4; ++round) {
    watched_.temp().WriteFile("project/outside/tasks.md", Tasks(round));
    WaitForBelief();
    std::filesystem::rename(watched_.temp().Join("project/outside"), watched_.TreePath("specs/e"));
    EXPECT_EQ(Listed("e").task_summary().completed(), round);
    watched_.PutInPlace("specs/e/tasks.md", Tasks(round + 1));
    EXPECT_EQ(Listed("e").task_summary().completed(), round + 1);
    watched_.Remove("specs/e");
  }
}

}  // namespace
}  // namespace specrelay
