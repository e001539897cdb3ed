// The tree's writer lock among threads, objects and processes. Children are forked before any thread is started.
#include "mcp_agent/tree/posix_lock.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/posix_test_support.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using absl::StatusCode;

constexpr absl::Duration kPatience = absl::Seconds(60);

std::unique_ptr<PosixTree> OpenTree(const TempDir& project) {
  auto tree = PosixTree::Open(project.path());
  if (!tree.ok()) std::abort();
  return *std::move(tree);
}

// Adds an "x" to the file, as a command that reads, modifies and writes does.
absl::Status AddOne(Tree& tree) {
  const auto lock = tree.Lock(kPatience);
  if (!lock.ok()) return lock.status();
  const auto content = tree.Read("counter", 1 << 20);
  return tree.Write(**lock, "counter", (content.ok() ? content->bytes : "") + "x").status();
}

// A number that parent and children share.
class SharedCounter {
 public:
  SharedCounter() {
    void* memory = ::mmap(nullptr, sizeof(*value_), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) std::abort();
    value_ = new (memory) std::atomic<int>(0);
  }
  ~SharedCounter() { ::munmap(value_, sizeof(*value_)); }
  std::atomic<int>& operator*() { return *value_; }

 private:
  std::atomic<int>* value_;
};

TEST(PosixLockTest, ExcludesAnotherObjectOfTheSameProcess) {
  const TempDir project;
  const auto tree = OpenTree(project);
  const auto other = OpenTree(project);
  auto lock = tree->Lock(kPatience);
  ASSERT_THAT(lock, IsOk());
  EXPECT_THAT(other->Lock(absl::ZeroDuration()), HasCode(StatusCode::kDeadlineExceeded));
  EXPECT_THAT(other->Lock(absl::Milliseconds(30)), HasCode(StatusCode::kDeadlineExceeded));
  lock->reset();
  EXPECT_THAT(other->Lock(absl::ZeroDuration()), IsOk());
}

TEST(PosixLockTest, ALockMayOutliveItsTree) {
  const TempDir project;
  auto tree = OpenTree(project);
  auto lock = tree->Lock(kPatience);
  ASSERT_THAT(lock, IsOk());
  tree.reset();
  EXPECT_THAT(OpenTree(project)->Lock(absl::ZeroDuration()), HasCode(StatusCode::kDeadlineExceeded));
  lock->reset();
  EXPECT_THAT(OpenTree(project)->Lock(absl::ZeroDuration()), IsOk());
}

TEST(PosixLockTest, ExcludesAnotherProcess) {
  const TempDir project;
  const auto tree = OpenTree(project);
  const auto try_in_child = [&project] {
    return WaitForProcess(ForkProcess([&project] {
      const auto lock = OpenTree(project)->Lock(absl::Milliseconds(20));
      return lock.ok() ? 0 : static_cast<int>(lock.status().code());
    }));
  };
  auto lock = tree->Lock(kPatience);
  ASSERT_THAT(lock, IsOk());
  EXPECT_EQ(try_in_child(), static_cast<int>(StatusCode::kDeadlineExceeded));
  lock->reset();
  EXPECT_EQ(try_in_child(), 0);
}

TEST(PosixLockTest, GoesWithTheProcessThatHeldIt) {
  const TempDir project;
  int pipe_fds[2];
  ASSERT_EQ(::pipe(pipe_fds), 0);
  const int child = ForkProcess([&] {
    const auto tree = OpenTree(project);
    const auto lock = tree->Lock(kPatience);
    if (!lock.ok() || ::write(pipe_fds[1], "L", 1) != 1) return 1;
    while (true) ::pause();
  });
  ::close(pipe_fds[1]);
  char locked = 0;
  ASSERT_EQ(::read(pipe_fds[0], &locked, 1), 1);
  ::close(pipe_fds[0]);
  const auto tree = OpenTree(project);
  EXPECT_THAT(tree->Lock(absl::ZeroDuration()), HasCode(StatusCode::kDeadlineExceeded));
  ASSERT_EQ(::kill(child, SIGKILL), 0);
  EXPECT_THAT(tree->Lock(kPatience), IsOk());
  EXPECT_EQ(WaitForProcess(child), -1);
}

TEST(PosixLockTest, AForkedChildDoesNotKeepTheLockOfItsParent) {
  const TempDir project;
  const auto tree = OpenTree(project);
  auto lock = tree->Lock(kPatience);
  ASSERT_THAT(lock, IsOk());
  const int child = ForkProcess([] {
    while (true) ::pause();
    return 0;
  });
  lock->reset();
  EXPECT_THAT(tree->Lock(absl::ZeroDuration()), IsOk());
  ::kill(child, SIGKILL);
  WaitForProcess(child);
}

TEST(PosixLockTest, NoUpdateIsLostAmongThreadsAndProcesses) {
  const TempDir project;
  std::vector<int> children;
  for (int i = 0; i < 2; ++i) {
    children.push_back(ForkProcess([&project] {
      const auto tree = OpenTree(project);
      for (int j = 0; j < 25; ++j) {
        if (!AddOne(*tree).ok()) return 1;
      }
      return 0;
    }));
  }
  const auto tree = OpenTree(project);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&tree] {
      for (int j = 0; j < 25; ++j) EXPECT_THAT(AddOne(*tree), IsOk());
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int child : children) EXPECT_EQ(WaitForProcess(child), 0);
  ASSERT_OK_AND_ASSIGN(const FileContent content, tree->Read("counter", 1000));
  EXPECT_EQ(content.bytes.size(), 125u);
}

TEST(PosixLockTest, AProcessThatTakesItAgainAndAgainDoesNotKeepOthersOut) {
  const TempDir project;
  SharedCounter child_turns;
  // Holds the lock nearly all the time: who merely tries now and then would hit the gap once in a hundred turns.
  const int child = ForkProcess([&] {
    const auto tree = OpenTree(project);
    while (true) {
      const auto lock = tree->Lock(kPatience);
      if (!lock.ok()) return 1;
      for (int i = 0; i < 20; ++i) {
        if (!tree->Write(**lock, "file", "x").ok()) return 2;
      }
      ++*child_turns;
    }
  });
  while (*child_turns == 0) std::this_thread::yield();

  constexpr int kTurns = 20;
  const auto tree = OpenTree(project);
  const int before = *child_turns;
  for (int i = 0; i < kTurns; ++i) EXPECT_THAT(tree->Lock(kPatience), IsOk());
  // Turn and turn about would be as many; the rest is room for a busy machine.
  EXPECT_LT(*child_turns - before, 2 * kTurns);
  ::kill(child, SIGKILL);
  WaitForProcess(child);
}

TEST(PosixLockTest, ADeletedLockFileIsMadeAgainAndStillExcludes) {
  const TempDir project;
  const auto tree = OpenTree(project);
  const auto other = OpenTree(project);
  auto stale = tree->Lock(kPatience);
  ASSERT_THAT(stale, IsOk());
  project.Remove(".spec-context/.specrelay");
  // The holder of the deleted file excludes nobody any more, but among those who come now there is order again.
  auto lock = other->Lock(absl::ZeroDuration());
  ASSERT_THAT(lock, IsOk());
  stale->reset();
  EXPECT_THAT(tree->Lock(absl::ZeroDuration()), HasCode(StatusCode::kDeadlineExceeded));
}

TEST(PosixLockTest, AWaiterWhoseLockFileWasDeletedDoesNotTakeItForTheLock) {
  const TempDir project;
  SharedCounter inside;
  SharedCounter overlaps;
  std::vector<int> children;
  // One holds the lock, one waits with the same file open, one comes later and finds the name free.
  for (int i = 0; i < 3; ++i) {
    children.push_back(ForkProcess([&] {
      const auto tree = OpenTree(project);
      for (int j = 0; j < 100; ++j) {
        const auto lock = tree->Lock(kPatience);
        if (!lock.ok()) return 1;
        if (++*inside != 1) ++*overlaps;
        if (!tree->Write(**lock, "file", "x").ok()) return 2;
        --*inside;
        std::error_code ignored;
        std::filesystem::remove(project.Join(".spec-context/.specrelay/lock"), ignored);
      }
      return 0;
    }));
  }
  for (int child : children) EXPECT_EQ(WaitForProcess(child), 0);
  EXPECT_EQ(*overlaps, 0);
}

}  // namespace
}  // namespace specrelay
