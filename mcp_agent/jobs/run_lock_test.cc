#include "mcp_agent/jobs/run_lock.h"

#include <sys/wait.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using testing::IsNull;
using testing::NotNull;

using Code = absl::StatusCode;

class RunLockTest : public testing::Test {
 protected:
  TempDir directory_;
  RunLocks locks_{directory_.Join("locks")};
};

TEST_F(RunLockTest, IsHeldByOneAtATime) {
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<RunLock> first, locks_.TryAcquire("a"));
  ASSERT_THAT(first, NotNull());
  const RunLocks others(directory_.Join("locks"));
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RunLock> second, others.TryAcquire("a"));
  EXPECT_THAT(second, IsNull());
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RunLock> other, others.TryAcquire("b"));
  EXPECT_THAT(other, NotNull());
  first.reset();
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RunLock> third, others.TryAcquire("a"));
  EXPECT_THAT(third, NotNull());
}

TEST_F(RunLockTest, TakesAnyName) {
  for (const std::string& name :
       {std::string("../../x"), std::string("a\0b", 3), std::string(), std::string(5000, 'n')}) {
    ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RunLock> lock, locks_.TryAcquire(name));
    EXPECT_THAT(lock, NotNull());
  }
}

TEST_F(RunLockTest, ShowsTheHoldersNoteToOthersUntilItIsReplaced) {
  EXPECT_EQ(locks_.ReadNote("a").value(), "");
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RunLock> lock, locks_.TryAcquire("a"));
  ASSERT_THAT(lock->WriteNote("a longer note"), IsOk());
  EXPECT_EQ(locks_.ReadNote("a").value(), "a longer note");
  ASSERT_THAT(lock->WriteNote("short"), IsOk());
  EXPECT_EQ(locks_.ReadNote("a").value(), "short");
  EXPECT_THAT(lock->WriteNote(std::string(70'000, 'x')), HasCode(Code::kInvalidArgument));
}

TEST_F(RunLockTest, FindsTheNoteOfAHolderThatDied) {
  const pid_t holder = fork();
  if (holder == 0) {
    absl::StatusOr<std::unique_ptr<RunLock>> lock = locks_.TryAcquire("a");
    _exit(lock.ok() && (*lock)->WriteNote("last words").ok() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(holder, &status, 0), holder);
  ASSERT_EQ(status, 0);
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RunLock> quiet, locks_.TryAcquire("without a note"));
  ASSERT_OK_AND_ASSIGN(std::vector<std::unique_ptr<RunLock>> abandoned, locks_.AcquireAbandoned());
  ASSERT_EQ(abandoned.size(), 1U);
  EXPECT_EQ(abandoned[0]->note(), "last words");
  // It is held now.
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RunLock> again, locks_.TryAcquire("a"));
  EXPECT_THAT(again, IsNull());
}

TEST_F(RunLockTest, TakesNoHeldLockForAbandoned) {
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<RunLock> lock, locks_.TryAcquire("a"));
  ASSERT_THAT(lock->WriteNote("alive"), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::vector<std::unique_ptr<RunLock>> abandoned, locks_.AcquireAbandoned());
  EXPECT_TRUE(abandoned.empty());
}

TEST_F(RunLockTest, HasNothingAbandonedBeforeThereIsADirectory) {
  ASSERT_OK_AND_ASSIGN(const std::vector<std::unique_ptr<RunLock>> abandoned, locks_.AcquireAbandoned());
  EXPECT_TRUE(abandoned.empty());
}

TEST_F(RunLockTest, SaysWhichFileCannotBeUsed) {
  directory_.WriteFile("file", "");
  const RunLocks locks(directory_.Join("file"));
  EXPECT_THAT(locks.TryAcquire("a"), IsStatus(Code::kFailedPrecondition, HasSubstr("file/")));
}

}  // namespace
}  // namespace specrelay
