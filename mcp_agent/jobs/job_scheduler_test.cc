#include "mcp_agent/jobs/job_scheduler.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/link/testing/fake_timers.h"
#include "mcp_agent/link/testing/manual_runner.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/iso_time.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

absl::Time At(absl::string_view text) { return ParseIsoTime(text).value(); }

class JobSchedulerTest : public testing::Test {
 protected:
  std::unique_ptr<JobScheduler> NewScheduler() {
    return std::make_unique<JobScheduler>(
        JobSchedulerParts{ledger_, store_, locks_, clock_, timers_, tasks_, absl::UTCTimeZone(),
                          [this](absl::string_view job_id, absl::string_view request_id) {
                            runs_.push_back(absl::StrCat(job_id, " at ", ToIsoTime(clock_.Now())));
                            requests_.insert(std::string(request_id));
                          }});
  }

  std::unique_ptr<JobScheduler> StartScheduler() {
    std::unique_ptr<JobScheduler> scheduler = NewScheduler();
    scheduler->Start();
    tasks_.RunAll();
    return scheduler;
  }

  // Lets time pass in the steps that timers ask for.
  void Pass(absl::Duration duration) {
    const absl::Time end = clock_.Now() + duration;
    while (clock_.Now() < end) {
      const absl::Duration step = std::min(timers_.UntilNext().value_or(end - clock_.Now()), end - clock_.Now());
      clock_.Advance(step);
      timers_.Advance(step);
      tasks_.RunAll();
    }
  }

  // The machine sleeps: clocks go on, timers do not.
  void Sleep(absl::Duration duration) { clock_.Advance(duration); }

  void PutJob(absl::string_view schedule, absl::string_view more = R"(,"createdAt":"2026-11-20T12:00:00.000Z")") {
    tree_.Put("jobs.json",
              absl::StrCat(R"({"automationJobs":[{"id":"j","enabled":true,"schedule":")", schedule, "\"", more, "}]}"));
  }

  std::string File() { return tree_.Read("jobs.json", kDefaultMaxFileBytes).value().bytes; }

  TempDir directory_;
  FakeClock clock_{At("2026-11-21T01:50:00.000Z")};
  MemoryTree tree_{&clock_};
  Ledger ledger_{tree_, clock_};
  JobStore store_{tree_, clock_, absl::UTCTimeZone()};
  RunLocks locks_{directory_.Join("locks")};
  FakeTimers timers_;
  ManualRunner tasks_;
  std::vector<std::string> runs_;
  std::set<std::string> requests_;
};

TEST_F(JobSchedulerTest, RunsAJobAtItsTime) {
  PutJob("0 2 * * *");
  const auto scheduler = StartScheduler();
  Pass(absl::Hours(25));
  EXPECT_THAT(runs_, ElementsAre("j at 2026-11-21T02:00:00.000Z", "j at 2026-11-22T02:00:00.000Z"));
  EXPECT_EQ(requests_.size(), 2U);
}

TEST_F(JobSchedulerTest, RunsNothingThatIsDisabledOrHasNoSchedule) {
  tree_.Put("jobs.json", R"({"automationJobs":[{"id":"a","enabled":false,"schedule":"* * * * *"},)"
                         R"({"id":"b","enabled":true,"schedule":"nonsense"},{"id":"c","enabled":true}]})");
  const auto scheduler = StartScheduler();
  Pass(absl::Minutes(5));
  EXPECT_THAT(runs_, IsEmpty());
}

TEST_F(JobSchedulerTest, MakesUpOnceForWhatWasSleptThrough) {
  PutJob("0 * * * *");
  const auto scheduler = StartScheduler();
  runs_.clear();
  Sleep(absl::Hours(72));
  Pass(absl::Minutes(5));
  EXPECT_THAT(runs_, ElementsAre("j at 2026-11-24T01:50:30.000Z"));
  Pass(absl::Minutes(10));
  EXPECT_EQ(runs_.size(), 2U);
}

TEST_F(JobSchedulerTest, MakesUpAtTheStartForWhatWasMissedWhileNoAgentRan) {
  PutJob("0 1 * * *", R"(,"lastScheduledFor":"2026-11-18T01:00:00.000Z")");
  const auto scheduler = StartScheduler();
  EXPECT_EQ(runs_.size(), 1U);
  EXPECT_THAT(File(), HasSubstr(R"("lastScheduledFor": "2026-11-21T01:00:00.000Z")"));
}

TEST_F(JobSchedulerTest, MakesUpForNothingBeforeItFirstSawAJob) {
  PutJob("0 1 * * *", "");
  const auto scheduler = StartScheduler();
  EXPECT_THAT(runs_, IsEmpty());
  Pass(absl::Hours(24));
  EXPECT_THAT(runs_, ElementsAre("j at 2026-11-22T01:00:00.000Z"));
}

TEST_F(JobSchedulerTest, RunsNothingTwiceOverARestart) {
  PutJob("0 2 * * *");
  {
    const auto scheduler = StartScheduler();
    Pass(absl::Minutes(10));
  }
  const auto scheduler = StartScheduler();
  Pass(absl::Minutes(10));
  EXPECT_EQ(runs_.size(), 1U);
}

TEST_F(JobSchedulerTest, RunsNothingTwiceEvenWhenTheFileForgetsThatItRan) {
  PutJob("0 2 * * *");
  const auto scheduler = StartScheduler();
  Pass(absl::Minutes(10));
  // An older copy of the file is restored.
  PutJob("0 2 * * *");
  Pass(absl::Minutes(10));
  EXPECT_EQ(runs_.size(), 1U);
}

TEST_F(JobSchedulerTest, IsActiveInOneProcessAndIsTakenOverFrom) {
  PutJob("* * * * *");
  std::unique_ptr<JobScheduler> first = StartScheduler();
  runs_.clear();
  const std::unique_ptr<JobScheduler> second = StartScheduler();
  Pass(absl::Minutes(3));
  EXPECT_EQ(runs_.size(), 3U);
  first->Stop();
  first.reset();
  Pass(absl::Minutes(3));
  EXPECT_EQ(runs_.size(), 6U);
  EXPECT_EQ(std::set<std::string>(runs_.begin(), runs_.end()).size(), 6U);
}

TEST_F(JobSchedulerTest, SeesAJobThatIsAddedWithoutBeingToldOfIt) {
  const auto scheduler = StartScheduler();
  Pass(absl::Minutes(5));
  PutJob("0 2 * * *");
  Pass(absl::Minutes(6));
  EXPECT_THAT(runs_, ElementsAre("j at 2026-11-21T02:00:00.000Z"));
}

TEST_F(JobSchedulerTest, LooksAtOnceWhenToldTo) {
  const auto scheduler = StartScheduler();
  PutJob("* * * * *");
  scheduler->LookNow();
  scheduler->LookNow();
  tasks_.RunAll();
  EXPECT_EQ(runs_.size(), 1U);
}

TEST_F(JobSchedulerTest, GoesOnWhenTheFileIsDamagedForAWhile) {
  PutJob("* * * * *");
  const auto scheduler = StartScheduler();
  const std::string good = File();
  runs_.clear();
  tree_.Put("jobs.json", "{");
  Pass(absl::Minutes(5));
  EXPECT_THAT(runs_, IsEmpty());
  tree_.Put("jobs.json", good);
  Pass(absl::Seconds(30));
  EXPECT_EQ(runs_.size(), 1U);
}

TEST_F(JobSchedulerTest, StartsNoRunThatItCannotWriteDown) {
  PutJob("* * * * *");
  tree_.InjectWriteFault(absl::ResourceExhaustedError("the disk is full"));
  const auto scheduler = StartScheduler();
  EXPECT_THAT(runs_, IsEmpty());
  tree_.ClearWriteFault();
  Pass(absl::Seconds(30));
  EXPECT_EQ(runs_.size(), 1U);
}

TEST_F(JobSchedulerTest, TriesAgainWhenNoThreadTakesItsLook) {
  PutJob("* * * * *");
  tasks_.full = true;
  const auto scheduler = StartScheduler();
  tasks_.full = false;
  EXPECT_THAT(runs_, IsEmpty());
  Pass(absl::Seconds(30));
  EXPECT_EQ(runs_.size(), 1U);
}

TEST_F(JobSchedulerTest, DoesNothingAfterItHasStopped) {
  PutJob("* * * * *");
  std::unique_ptr<JobScheduler> scheduler = StartScheduler();
  runs_.clear();
  scheduler->LookNow();
  scheduler->Stop();
  scheduler->Stop();
  scheduler->LookNow();
  scheduler.reset();
  tasks_.RunAll();
  EXPECT_FALSE(timers_.UntilNext().has_value());
  EXPECT_THAT(runs_, IsEmpty());
}

TEST_F(JobSchedulerTest, LeavesAChangedScheduleItsOwnTime) {
  PutJob("0 2 * * *");
  const auto scheduler = StartScheduler();
  v1::JobUpdateRequest request;
  request.set_id("j");
  // It would have been due an hour ago.
  request.set_schedule("50 0 * * *");
  {
    DirectTransaction tx(tree_, "update", clock_.Now());
    ASSERT_THAT(store_.Update(tx, request), IsOk());
  }
  Pass(absl::Hours(22));
  EXPECT_THAT(runs_, IsEmpty());
  Pass(absl::Hours(2));
  EXPECT_THAT(runs_, ElementsAre("j at 2026-11-22T00:50:00.000Z"));
}

}  // namespace
}  // namespace specrelay
