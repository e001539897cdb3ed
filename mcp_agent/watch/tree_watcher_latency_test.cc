// How long an edit takes to be told.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "mcp_agent/watch/testing/watched_tree.h"

namespace specrelay {
namespace {

TEST(TreeWatcherLatencyTest, AnEditIsToldSoonAfterItsFileIsClosed) {
  constexpr int kEdits = 200;
  WatchedTree watched;
  for (int i = 0; i < 200; ++i) watched.Put(absl::StrCat("specs/s", i, "/tasks.md"), "- [ ] 1. Do it\n");
  absl::Mutex mu;
  absl::Time told;
  watched.set_listener([&](const v1::FileChanged&) {
    absl::MutexLock lock(&mu);
    told = absl::Now();
  });
  watched.Start();
  std::vector<absl::Duration> latencies;
  for (int i = 0; i < kEdits; ++i) {
    const std::string path = absl::StrCat("specs/s", i, "/tasks.md");
    watched.Put(path, absl::StrCat("- [x] 1. Do it\n", i));
    const absl::Time closed = absl::Now();
    ASSERT_TRUE(watched.WaitFor([&] { return !watched.ChangesOf(path).empty(); }));
    absl::MutexLock lock(&mu);
    latencies.push_back(told - closed);
  }
  std::sort(latencies.begin(), latencies.end());
  const absl::Duration p50 = latencies[kEdits / 2];
  const absl::Duration p99 = latencies[kEdits * 99 / 100];
  std::cout << "close() to callback over " << kEdits << " edits: p50 " << p50 << ", p99 " << p99 << ", max "
            << latencies.back() << "\n";
  // The machine may be busy; the figures above are what counts.
  EXPECT_LT(p50, absl::Milliseconds(500));
}

}  // namespace
}  // namespace specrelay
