#include "mcp_agent/jobs/job_store.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "nlohmann/json.hpp"
#include "proto/support/json.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;

using Code = absl::StatusCode;

constexpr char kCleanup[] =
    R"({"id":"job-1","name":"Clean approvals","type":"cleanup-approvals","enabled":true,"config":{"daysOld":30},)"
    R"("schedule":"0 2 * * *"})";

// With one field of kCleanup replaced.
std::string CleanupWith(absl::string_view from, absl::string_view to) {
  return absl::StrReplaceAll(kCleanup, {{from, to}});
}

class JobStoreTest : public testing::Test {
 protected:
  absl::StatusOr<v1::JobCreateResponse> Create(absl::string_view json) {
    v1::JobCreateRequest request;
    EXPECT_THAT(FromJson(json, *request.mutable_job()), IsOk());
    DirectTransaction tx(tree_, "create", clock_.Now());
    return store_.Create(tx, request);
  }

  absl::StatusOr<v1::JobUpdateResponse> Update(absl::string_view json) {
    v1::JobUpdateRequest request;
    EXPECT_THAT(FromJson(json, request), IsOk());
    DirectTransaction tx(tree_, "update", clock_.Now());
    return store_.Update(tx, request);
  }

  absl::Status Delete(absl::string_view id) {
    v1::JobDeleteRequest request;
    request.set_id(std::string(id));
    DirectTransaction tx(tree_, "delete", clock_.Now());
    return store_.Delete(tx, request).status();
  }

  absl::StatusOr<v1::JobGetResponse> Get(absl::string_view id) {
    v1::JobGetRequest request;
    request.set_id(std::string(id));
    return store_.Get(request);
  }

  std::string File() { return tree_.Read("jobs.json", kDefaultMaxFileBytes).value().bytes; }

  FakeClock clock_{absl::FromCivil(absl::CivilSecond(2026, 11, 21, 2, 21, 34), absl::UTCTimeZone())};
  MemoryTree tree_{&clock_};
  JobStore store_{tree_, clock_, absl::UTCTimeZone()};
};

TEST_F(JobStoreTest, HasNoJobsWithoutAFile) {
  ASSERT_OK_AND_ASSIGN(const v1::JobListResponse jobs, store_.List({}));
  EXPECT_EQ(jobs.jobs_size(), 0);
}

TEST_F(JobStoreTest, WritesAJobAsExistingToolsDo) {
  ASSERT_THAT(Create(kCleanup), IsOk());
  EXPECT_EQ(File(), R"({
  "automationJobs": [
    {
      "id": "job-1",
      "name": "Clean approvals",
      "type": "cleanup-approvals",
      "enabled": true,
      "config": {
        "daysOld": 30
      },
      "schedule": "0 2 * * *",
      "createdAt": "2026-11-21T02:21:34.000Z"
    }
  ]
})");
}

TEST_F(JobStoreTest, ShowsWhenAJobRunsNext) {
  ASSERT_OK_AND_ASSIGN(const v1::JobCreateResponse created, Create(kCleanup));
  const absl::Time expected = absl::FromCivil(absl::CivilSecond(2026, 11, 22, 2, 0, 0), absl::UTCTimeZone());
  EXPECT_EQ(FromProto(created.job().next_run()), expected);
  ASSERT_OK_AND_ASSIGN(const v1::JobGetResponse got, Get("job-1"));
  EXPECT_EQ(FromProto(got.job().next_run()), expected);
  ASSERT_OK_AND_ASSIGN(const v1::JobUpdateResponse disabled, Update(R"({"id":"job-1","enabled":false})"));
  EXPECT_FALSE(disabled.job().has_next_run());
}

TEST_F(JobStoreTest, FollowsTheMachinesTimeZone) {
  const JobStore east(tree_, clock_, absl::FixedTimeZone(5 * 60 * 60));
  ASSERT_THAT(Create(kCleanup), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::Job job, east.Find("job-1"));
  EXPECT_EQ(FromProto(job.next_run()), absl::FromCivil(absl::CivilSecond(2026, 11, 21, 21, 0, 0), absl::UTCTimeZone()));
}

TEST_F(JobStoreTest, NamesTheTimeZoneOfTheSchedules) {
  absl::TimeZone tokyo;
  ASSERT_TRUE(absl::LoadTimeZone("Asia/Tokyo", &tokyo));
  ASSERT_OK_AND_ASSIGN(const v1::JobListResponse jobs, JobStore(tree_, clock_, tokyo).List({}));
  EXPECT_EQ(jobs.time_zone(), "Asia/Tokyo");
}

TEST_F(JobStoreTest, RefusesAJobThatLacksFieldsInTheKnownWords) {
  for (const char* json : {R"({"id":"job-1"})", "{}"}) {
    EXPECT_THAT(Create(json),
                IsStatus(Code::kInvalidArgument, "Missing required fields: id, name, type, config, schedule"));
  }
  EXPECT_THAT(Create(CleanupWith(R"("config":{"daysOld":30},)", "")), HasCode(Code::kInvalidArgument));
}

TEST_F(JobStoreTest, RefusesASecondJobOfOneId) {
  ASSERT_THAT(Create(kCleanup), IsOk());
  EXPECT_THAT(Create(kCleanup), IsStatus(Code::kAlreadyExists, HasSubstr("Job with ID job-1 already exists")));
}

TEST_F(JobStoreTest, RefusesWhatCannotBeAJob) {
  EXPECT_THAT(Create(CleanupWith("job-1", "../job")), IsStatus(Code::kInvalidArgument, HasSubstr("job id")));
  EXPECT_THAT(Create(CleanupWith("job-1", ".job")), IsStatus(Code::kInvalidArgument, HasSubstr("job id")));
  EXPECT_THAT(Create(CleanupWith("cleanup-approvals", "format-disk")),
              IsStatus(Code::kInvalidArgument, AllOf(HasSubstr("'format-disk'"), HasSubstr("cleanup-archived-specs"))));
  EXPECT_THAT(Create(CleanupWith("0 2 * * *", "0 25 * * *")), IsStatus(Code::kInvalidArgument, HasSubstr("hour")));
  EXPECT_THAT(Create(CleanupWith("Clean approvals", std::string(300, 'n'))),
              IsStatus(Code::kInvalidArgument, HasSubstr("256")));
}

TEST_F(JobStoreTest, RefusesAnAgeThatIsNoWholeNumberOfDays) {
  for (const char* days : {"0", "-1", "3651", "1.5", "\"30\"", "true", "null", "1e300"}) {
    EXPECT_THAT(Create(CleanupWith(R"("daysOld":30)", absl::StrCat(R"("daysOld":)", days))),
                IsStatus(Code::kInvalidArgument, HasSubstr("from 1 to 3650")))
        << days;
  }
  EXPECT_THAT(Create(CleanupWith(R"("daysOld":30)", "")), HasCode(Code::kInvalidArgument));
}

TEST_F(JobStoreTest, TakesAnAgentJobOnlyForADeclaredRunner) {
  constexpr char kAgent[] =
      R"({"id":"a","name":"A","type":"run-agent","config":{"runner":"echo","parameters":{"prompt":"hi"}},)"
      R"("schedule":"@daily"})";
  EXPECT_THAT(Create(kAgent),
              IsStatus(Code::kFailedPrecondition, AllOf(HasSubstr("'echo'"), HasSubstr("runners.json"))));
  tree_.Put("runners.json", R"({"runners":[{"name":"echo","argv":["/bin/echo","{{prompt}}"],"workingDirectory":"/",)"
                            R"("placeholders":["prompt"]}]})");
  EXPECT_THAT(Create(kAgent), IsOk());
  EXPECT_THAT(Update(R"({"id":"a","config":{"runner":"echo","parameters":{"prompt":1}}})"),
              IsStatus(Code::kInvalidArgument, HasSubstr("config.parameters.prompt must be a string")));
  EXPECT_THAT(Update(R"({"id":"a","config":{"runner":"echo","parameters":{"prompt":"x"},"projectPath":"p"}})"),
              IsStatus(Code::kInvalidArgument, HasSubstr("absolute")));
}

TEST_F(JobStoreTest, HoldsAThousandJobsAndNoMore) {
  nlohmann::ordered_json file;
  for (int i = 0; i < 1000; ++i) file["automationJobs"].push_back({{"id", absl::StrCat("j", i)}});
  tree_.Put("jobs.json", file.dump());
  EXPECT_THAT(Create(kCleanup), HasCode(Code::kResourceExhausted));
  ASSERT_THAT(Delete("j7"), IsOk());
  EXPECT_THAT(Create(kCleanup), IsOk());
}

TEST_F(JobStoreTest, SaysThatThereIsNoSuchJobInTheKnownWords) {
  EXPECT_THAT(Get("none"), IsStatus(Code::kNotFound, "Job not found"));
  EXPECT_THAT(Delete("job-1"), IsStatus(Code::kNotFound, "Job with ID job-1 not found"));
  EXPECT_THAT(Update(R"({"id":"job-1","name":"x"})"), IsStatus(Code::kNotFound, "Job with ID job-1 not found"));
}

TEST_F(JobStoreTest, ChangesOnlyWhatIsAskedFor) {
  ASSERT_THAT(Create(kCleanup), IsOk());
  const std::string before = File();
  ASSERT_OK_AND_ASSIGN(const v1::JobUpdateResponse renamed, Update(R"({"id":"job-1","name":"Renamed"})"));
  EXPECT_EQ(renamed.job().name(), "Renamed");
  EXPECT_EQ(File(), absl::StrReplaceAll(before, {{"Clean approvals", "Renamed"}}));
  ASSERT_OK_AND_ASSIGN(const v1::JobUpdateResponse older, Update(R"({"id":"job-1","config":{"daysOld":60}})"));
  EXPECT_EQ(older.job().config().fields().at("daysOld").number_value(), 60);
  EXPECT_EQ(older.job().name(), "Renamed");
}

TEST_F(JobStoreTest, ChecksWhatAnUpdateBrings) {
  ASSERT_THAT(Create(kCleanup), IsOk());
  const std::string before = File();
  EXPECT_THAT(Update(R"({"id":"job-1","schedule":"never"})"), HasCode(Code::kInvalidArgument));
  EXPECT_THAT(Update(R"({"id":"job-1","name":""})"), HasCode(Code::kInvalidArgument));
  EXPECT_THAT(Update(R"({"id":"job-1","config":{"daysOld":0}})"), HasCode(Code::kInvalidArgument));
  EXPECT_EQ(File(), before);
}

TEST_F(JobStoreTest, LetsANewScheduleCountFromNowOn) {
  ASSERT_THAT(Create(kCleanup), IsOk());
  ASSERT_THAT(Update(R"({"id":"job-1","schedule":"0 1 * * *"})"), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::vector<StoredJob> jobs, store_.Jobs());
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].last_scheduled_for, clock_.Now());
}

TEST_F(JobStoreTest, KeepsWhatItDoesNotKnowInItsPlace) {
  tree_.Put("jobs.json", R"({"version":7,"automationJobs":["strange",{"x":1,"id":"job-1","type":"cleanup-specs",)"
                         R"("config":{"daysOld":5},"schedule":"0 2 * * *","y":[2]},{"id":"other"}],"last":true})");
  ASSERT_THAT(Update(R"({"id":"job-1","enabled":true})"), IsOk());
  const auto json = nlohmann::ordered_json::parse(File());
  EXPECT_EQ(json.dump(), R"({"version":7,"automationJobs":["strange",{"x":1,"id":"job-1","type":"cleanup-specs",)"
                         R"("config":{"daysOld":5},"schedule":"0 2 * * *","y":[2],"enabled":true,)"
                         R"("lastScheduledFor":"2026-11-21T02:21:34.000Z"},{"id":"other"}],"last":true})");
}

TEST_F(JobStoreTest, ListsJobsInTheOrderOfTheFileAndSurvivesStrangeOnes) {
  tree_.Put("jobs.json",
            R"({"automationJobs":[null,{"id":"b","enabled":true,"schedule":"bad","config":[1]},{"id":5},{"id":"a"},)"
            R"({"id":"b","name":"second"},{"id":""}]})");
  ASSERT_OK_AND_ASSIGN(const v1::JobListResponse jobs, store_.List({}));
  ASSERT_EQ(jobs.jobs_size(), 2);
  EXPECT_EQ(jobs.jobs(0).id(), "b");
  EXPECT_FALSE(jobs.jobs(0).has_next_run());
  EXPECT_EQ(jobs.jobs(1).id(), "a");
  testing::internal::CaptureStderr();
  store_.ReportDamage();
  const std::string log = testing::internal::GetCapturedStderr();
  EXPECT_THAT(log, AllOf(HasSubstr("entries of jobs.json left out"), HasSubstr(R"("count":"4")")));
}

TEST_F(JobStoreTest, NeitherReadsNorOverwritesADamagedFile) {
  for (const std::string& damage :
       {std::string(R"({"automationJobs":[{"id":)"), std::string(), std::string("[]"), std::string("\xff\xfe"),
        std::string(R"({"automationJobs":{}})"), std::string(R"({"automationJobr":[]})"), std::string(100'000, '[')}) {
    tree_.Put("jobs.json", damage);
    const auto refused = IsStatus(Code::kFailedPrecondition, AllOf(HasSubstr("jobs.json"), HasSubstr("repair it")));
    EXPECT_THAT(store_.List({}), refused);
    EXPECT_THAT(Get("job-1"), refused);
    EXPECT_THAT(Create(kCleanup), refused);
    EXPECT_THAT(Delete("job-1"), refused);
    EXPECT_EQ(File(), damage);
  }
}

TEST_F(JobStoreTest, DeletesOneJobAndLeavesTheOthers) {
  tree_.Put("jobs.json", R"({"automationJobs":[{"id":"a"},{"id":"b"},{"id":"c"}]})");
  ASSERT_THAT(Delete("b"), IsOk());
  ASSERT_OK_AND_ASSIGN(const v1::JobListResponse jobs, store_.List({}));
  ASSERT_EQ(jobs.jobs_size(), 2);
  EXPECT_EQ(jobs.jobs(0).id(), "a");
  EXPECT_EQ(jobs.jobs(1).id(), "c");
}

}  // namespace
}  // namespace specrelay
