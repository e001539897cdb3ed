#include "mcp_agent/specs/document_cache.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);

// A file that has been at rest for an hour.
FileStat SettledStat(uint64_t inode = 7) {
  FileStat stat;
  stat.size_bytes = 100;
  stat.device = 3;
  stat.inode = inode;
  stat.created = stat.last_modified = stat.changed = kNow - absl::Hours(1);
  return stat;
}

v1::TaskSummary SummaryOf(int total) {
  v1::TaskSummary summary;
  summary.set_total(total);
  return summary;
}

// Total of the summary stored for `path`, or -1.
int FindTotal(DocumentCache& cache, absl::string_view path, const FileStat& stat) {
  const absl::optional<v1::TaskSummary> found = cache.Find(path, stat);
  return found.has_value() ? found->total() : -1;
}

TEST(DocumentCacheTest, GivesBackWhatWasStoredForTheSameFile) {
  DocumentCache cache;
  EXPECT_EQ(FindTotal(cache, "a", SettledStat()), -1);
  cache.Store("a", SettledStat(), SummaryOf(5), kNow);
  EXPECT_EQ(FindTotal(cache, "a", SettledStat()), 5);
  EXPECT_EQ(FindTotal(cache, "b", SettledStat()), -1);
}

TEST(DocumentCacheTest, AnyDifferenceInTheStatIsAMiss) {
  DocumentCache cache;
  const FileStat stored = SettledStat();
  cache.Store("a", stored, SummaryOf(5), kNow);
  FileStat stat = stored;
  stat.device += 1;
  EXPECT_EQ(FindTotal(cache, "a", stat), -1);
  stat = stored;
  stat.inode += 1;
  EXPECT_EQ(FindTotal(cache, "a", stat), -1);
  stat = stored;
  stat.size_bytes += 1;
  EXPECT_EQ(FindTotal(cache, "a", stat), -1);
  stat = stored;
  stat.last_modified += absl::Nanoseconds(1);
  EXPECT_EQ(FindTotal(cache, "a", stat), -1);
  stat = stored;
  stat.changed += absl::Nanoseconds(1);
  EXPECT_EQ(FindTotal(cache, "a", stat), -1);
  EXPECT_EQ(FindTotal(cache, "a", stored), 5);
}

TEST(DocumentCacheTest, AFileThatChangedJustBeforeItWasReadIsNotKept) {
  DocumentCache cache;
  FileStat stat = SettledStat();
  // An old modification time proves nothing: anybody can set it.
  for (const absl::Duration age : {absl::ZeroDuration(), absl::Seconds(2), absl::Seconds(-5)}) {
    stat.changed = kNow - age;
    cache.Store("a", stat, SummaryOf(5), kNow);
    EXPECT_EQ(FindTotal(cache, "a", stat), -1) << age;
  }
  stat.changed = kNow - absl::Seconds(3);
  cache.Store("a", stat, SummaryOf(5), kNow);
  EXPECT_EQ(FindTotal(cache, "a", stat), 5);
}

TEST(DocumentCacheTest, InvalidatingADirectoryForgetsWhatIsBelowAndNothingBeside) {
  DocumentCache cache;
  const std::vector<std::string> below = {"specs/a/tasks.md", "specs/a/x/tasks.md", "specs/a"};
  const std::vector<std::string> beside = {"specs/a-b/tasks.md", "specs/a0/tasks.md", "specs/b/tasks.md", "specs/a.md"};
  for (const auto& paths : {below, beside}) {
    for (const std::string& path : paths) cache.Store(path, SettledStat(), SummaryOf(1), kNow);
  }
  cache.Invalidate("specs/a");
  for (const std::string& path : below) EXPECT_EQ(FindTotal(cache, path, SettledStat()), -1) << path;
  for (const std::string& path : beside) EXPECT_EQ(FindTotal(cache, path, SettledStat()), 1) << path;
  cache.InvalidateAll();
  EXPECT_EQ(cache.size(), 0u);
}

TEST(DocumentCacheTest, NeverHoldsMoreThanItsLimitAndKeepsWhatIsUsed) {
  DocumentCache cache(10);
  cache.Store("hot", SettledStat(), SummaryOf(42), kNow);
  for (int i = 0; i < 1000; ++i) {
    cache.Store(absl::StrCat("cold", i), SettledStat(), SummaryOf(i), kNow);
    ASSERT_EQ(FindTotal(cache, "hot", SettledStat()), 42) << i;
    ASSERT_LE(cache.size(), 10u);
  }
  EXPECT_EQ(FindTotal(cache, "cold999", SettledStat()), 999);
  EXPECT_EQ(FindTotal(cache, "cold0", SettledStat()), -1);
}

TEST(DocumentCacheTest, StoringAgainReplacesAnEntryOfEitherGeneration) {
  DocumentCache cache(4);
  for (const char* path : {"a", "b", "c"}) cache.Store(path, SettledStat(1), SummaryOf(1), kNow);
  cache.Store("a", SettledStat(2), SummaryOf(2), kNow);
  EXPECT_EQ(FindTotal(cache, "a", SettledStat(2)), 2);
  EXPECT_EQ(FindTotal(cache, "a", SettledStat(1)), -1);
  EXPECT_LE(cache.size(), 4u);
}

TEST(DocumentCacheTest, ManyThreadsUseItAtOnce) {
  DocumentCache cache(50);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      for (int i = 0; i < 2000; ++i) {
        const int key = (i * 7 + t) % 100;
        const std::string path = absl::StrCat("d", key % 10, "/", key);
        cache.Store(path, SettledStat(key), SummaryOf(key), kNow);
        const absl::optional<v1::TaskSummary> found = cache.Find(path, SettledStat(key));
        EXPECT_EQ(found.has_value() ? found->total() : key, key);
        if (i % 100 == 0) cache.Invalidate(absl::StrCat("d", t));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.size(), 50u);
}

}  // namespace
}  // namespace specrelay
