#include "mcp_agent/jobs/job_history.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using testing::DoubleEq;
using testing::HasSubstr;

using Code = absl::StatusCode;

constexpr char kFile[] = "job-execution-history.json";

v1::JobExecution Execution(absl::string_view id, absl::string_view job_id, int second) {
  v1::JobExecution execution;
  execution.set_id(std::string(id));
  execution.set_job_id(std::string(job_id));
  execution.set_job_name("Clean");
  execution.set_job_type("cleanup-specs");
  execution.set_success(true);
  *execution.mutable_start_time() = ToProto(absl::FromUnixSeconds(1'800'000'000 + second));
  *execution.mutable_end_time() = ToProto(absl::FromUnixSeconds(1'800'000'002 + second));
  execution.set_duration_ms(2000);
  execution.set_items_processed(5);
  execution.set_items_deleted(3);
  return execution;
}

class JobHistoryTest : public testing::Test {
 protected:
  void Append(const v1::JobExecution& execution) {
    DirectTransaction tx(tree_, execution.id(), absl::FromUnixSeconds(1'800'000'000));
    EXPECT_THAT(JobHistory::Append(tx, execution), IsOk());
  }

  absl::StatusOr<v1::JobHistoryResponse> History(absl::string_view job_id, int limit = 0) {
    v1::JobHistoryRequest request;
    request.set_id(std::string(job_id));
    request.set_limit(limit);
    return history_.History(request);
  }

  absl::StatusOr<v1::JobStatsResponse> Stats(absl::string_view job_id) {
    v1::JobStatsRequest request;
    request.set_id(std::string(job_id));
    return history_.Stats(request);
  }

  std::string File() { return tree_.Read(kFile, kDefaultMaxFileBytes).value().bytes; }

  MemoryTree tree_;
  JobHistory history_{tree_};
};

TEST_F(JobHistoryTest, IsEmptyWithoutAFile) {
  ASSERT_OK_AND_ASSIGN(const v1::JobHistoryResponse history, History("job-1"));
  EXPECT_EQ(history.executions_size(), 0);
  ASSERT_OK_AND_ASSIGN(const v1::JobStatsResponse stats, Stats("job-1"));
  EXPECT_EQ(stats.total_executions(), 0);
  EXPECT_FALSE(stats.has_last_execution());
}

TEST_F(JobHistoryTest, WritesARunAsExistingToolsDo) {
  v1::JobExecution execution = Execution("run_1", "job-1", 0);
  execution.set_success(false);
  execution.set_error("it failed");
  execution.set_exit_code(0);
  execution.set_output_tail("the end");
  Append(execution);
  EXPECT_EQ(nlohmann::ordered_json::parse(File()).dump(),
            R"({"executions":[{"id":"run_1","jobId":"job-1","jobName":"Clean","jobType":"cleanup-specs",)"
            R"("success":false,"startTime":"2027-01-15T08:00:00.000Z","endTime":"2027-01-15T08:00:02.000Z",)"
            R"("duration":2000,"itemsProcessed":5,"itemsDeleted":3,"error":"it failed","exitCode":0,)"
            R"("outputTail":"the end"}]})");
  ASSERT_OK_AND_ASSIGN(const absl::optional<v1::JobExecution> found, history_.Find("run_1"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->SerializeAsString(), execution.SerializeAsString());
}

TEST_F(JobHistoryTest, ShowsTheNewestFirstAndOnlyOfTheJobAsked) {
  Append(Execution("run_1", "job-1", 10));
  Append(Execution("run_2", "job-2", 20));
  Append(Execution("run_4", "job-1", 40));
  Append(Execution("run_3", "job-1", 30));
  ASSERT_OK_AND_ASSIGN(const v1::JobHistoryResponse all, History("job-1"));
  ASSERT_EQ(all.executions_size(), 3);
  EXPECT_EQ(all.executions(0).id(), "run_4");
  EXPECT_EQ(all.executions(1).id(), "run_3");
  EXPECT_EQ(all.executions(2).id(), "run_1");
  ASSERT_OK_AND_ASSIGN(const v1::JobHistoryResponse two, History("job-1", 2));
  EXPECT_EQ(two.executions_size(), 2);
  EXPECT_THAT(History("job-1", -1), HasCode(Code::kInvalidArgument));
}

TEST_F(JobHistoryTest, AddsARunOnce) {
  Append(Execution("run_1", "job-1", 0));
  const std::string before = File();
  Append(Execution("run_1", "job-1", 0));
  EXPECT_EQ(File(), before);
}

TEST_F(JobHistoryTest, ForgetsAllButTheNewestThousand) {
  nlohmann::ordered_json json;
  for (int i = 0; i < 1000; ++i) {
    json["executions"].push_back({{"id", absl::StrCat("old_", i)}, {"jobId", "job-1"}});
  }
  tree_.Put(kFile, json.dump());
  Append(Execution("new", "job-1", 0));
  const auto after = nlohmann::ordered_json::parse(File());
  ASSERT_EQ(after["executions"].size(), 1000U);
  EXPECT_EQ(after["executions"][0]["id"], "old_1");
  EXPECT_EQ(after["executions"][999]["id"], "new");
}

TEST_F(JobHistoryTest, ReadsAFileThatIsAnArrayAndKeepsItsRuns) {
  tree_.Put(kFile, R"([{"id":"old","jobId":"job-1","success":true,"extra":1}])");
  Append(Execution("new", "job-1", 0));
  const auto after = nlohmann::ordered_json::parse(File());
  ASSERT_EQ(after["executions"].size(), 2U);
  EXPECT_EQ(after["executions"][0]["extra"], 1);
}

TEST_F(JobHistoryTest, SumsUpTheRunsOfAJob) {
  Append(Execution("run_1", "job-1", 10));
  v1::JobExecution failed = Execution("run_2", "job-1", 20);
  failed.set_success(false);
  failed.set_duration_ms(1000);
  failed.set_items_deleted(0);
  Append(failed);
  Append(Execution("run_3", "job-2", 30));
  ASSERT_OK_AND_ASSIGN(const v1::JobStatsResponse stats, Stats("job-1"));
  EXPECT_EQ(stats.total_executions(), 2);
  EXPECT_EQ(stats.successful_executions(), 1);
  EXPECT_EQ(stats.failed_executions(), 1);
  EXPECT_THAT(stats.success_rate_percent(), DoubleEq(50));
  EXPECT_EQ(stats.total_items_deleted(), 3);
  EXPECT_THAT(stats.avg_duration_ms(), DoubleEq(1500));
  EXPECT_EQ(stats.last_execution().id(), "run_2");
}

TEST_F(JobHistoryTest, SaysThatTheFileIsDamagedAndKeepsItWhenANewOneBegins) {
  tree_.Put(kFile, "{\"executions\":[{");
  EXPECT_THAT(History("job-1"), IsStatus(Code::kFailedPrecondition, HasSubstr(kFile)));
  EXPECT_THAT(Stats("job-1"), HasCode(Code::kFailedPrecondition));
  Append(Execution("run_1", "job-1", 0));
  ASSERT_OK_AND_ASSIGN(const v1::JobHistoryResponse history, History("job-1"));
  EXPECT_EQ(history.executions_size(), 1);
  ASSERT_OK_AND_ASSIGN(const FileContent kept, tree_.Read(absl::StrCat(kFile, ".damaged-20270115T080000Z"), 1000));
  EXPECT_EQ(kept.bytes, "{\"executions\":[{");
}

TEST_F(JobHistoryTest, SurvivesStrangeEntries) {
  tree_.Put(kFile, R"({"executions":[1,null,{"jobId":"job-1","duration":"x","itemsDeleted":-5,"startTime":"?",)"
                   R"("itemsProcessed":99999999999}]})");
  ASSERT_OK_AND_ASSIGN(const v1::JobHistoryResponse history, History("job-1"));
  ASSERT_EQ(history.executions_size(), 1);
  EXPECT_EQ(history.executions(0).items_deleted(), 0);
  EXPECT_EQ(history.executions(0).items_processed(), 2147483647);
}

}  // namespace
}  // namespace specrelay
