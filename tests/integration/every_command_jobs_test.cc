// The commands on jobs, with programs that the machine's owner declared.

#include <iostream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/command_coverage.h"
#include "tests/integration/command_fixture.h"

namespace specrelay {
namespace {

using absl::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr char kJobs[] = "machine/jobs.json";
constexpr char kHistory[] = "machine/job-execution-history.json";

class EveryCommandJobsTest : public CommandFixture {
 protected:
  void SetUp() override {
    CommandFixture::SetUp();
    PutFile("machine/runners.json", R"({"runners": [
        {"name": "greet", "argv": ["/bin/sh", "-c", "echo \"hello $1\"; echo done >&2", "greet", "{{who}}"],
         "workingDirectory": "/", "timeoutSeconds": 60, "placeholders": ["who"]},
        {"name": "fail", "argv": ["/bin/sh", "-c", "echo oops; exit 3"], "workingDirectory": "/"},
        {"name": "stay", "argv": ["/bin/sh", "-c", "echo begun; exec sleep 600"], "workingDirectory": "/"}]})");
  }

  static std::string CreateJson(absl::string_view id, absl::string_view type, absl::string_view config) {
    return absl::Substitute(R"({"jobCreate": {"job": {"id": "$0", "name": "Job $0", "type": "$1", "config": $2,
        "schedule": "0 2 * * *"}}})",
                            id, type, config);
  }

  void CreateRunner(absl::string_view id, absl::string_view config) { Write(CreateJson(id, "run-agent", config)); }

  // Reads events until a run has ended in `state`; what it printed meanwhile.
  static std::string OutputUntil(grpc::ClientReader<v1::WatchResponse>& reader, v1::JobProgress::State state) {
    std::string output;
    v1::WatchResponse response;
    while (reader.Read(&response)) {
      for (const v1::Event& event : response.events()) {
        output += event.job_progress().output();
        if (event.has_job_progress() && event.job_progress().state() == state) return output;
      }
    }
    ADD_FAILURE() << "the run never came to " << v1::JobProgress::State_Name(state);
    return output;
  }
};

TEST_F(EveryCommandJobsTest, AJobIsCreatedListedChangedAndDeletedInTheMachinesFile) {
  EXPECT_EQ(Read(R"({"jobList": {}})").job_list().jobs_size(), 0);
  const Performed created = Write(R"({"jobCreate": {"job": {"id": "job-1", "name": "Clean approvals", "enabled": true,
      "type": "cleanup-approvals", "config": {"daysOld": 30}, "schedule": "0 2 * * *"}}})");
  EXPECT_THAT(created.changes, ElementsAre(absl::StrCat("+", kJobs)));
  EXPECT_TRUE(created.result.job_create().job().has_next_run());
  const nlohmann::ordered_json jobs = JsonFile(kJobs);
  EXPECT_THAT(KeysOf(jobs), ElementsAre("automationJobs"));
  ASSERT_EQ(jobs["automationJobs"].size(), 1u);
  EXPECT_THAT(KeysOf(jobs["automationJobs"][0]),
              ElementsAre("id", "name", "type", "enabled", "config", "schedule", "createdAt"));
  EXPECT_EQ(jobs["automationJobs"][0]["config"].dump(), R"({"daysOld":30})");
  EXPECT_EQ(Read(R"({"jobList": {}})").job_list().jobs(0).id(), "job-1");
  EXPECT_EQ(Read(R"({"jobGet": {"id": "job-1"}})").job_get().job().schedule(), "0 2 * * *");

  const Performed updated = Write(R"({"jobUpdate": {"id": "job-1", "name": "Renamed", "enabled": false,
      "schedule": "*/5 * * * mon-fri"}})");
  EXPECT_THAT(updated.changes, ElementsAre(absl::StrCat("~", kJobs)));
  EXPECT_FALSE(updated.result.job_update().job().has_next_run());
  EXPECT_EQ(JsonFile(kJobs)["automationJobs"][0].value("name", ""), "Renamed");
  EXPECT_EQ(JsonFile(kJobs)["automationJobs"][0].value("schedule", ""), "*/5 * * * mon-fri");

  EXPECT_THAT(Write(R"({"jobDelete": {"id": "job-1"}})").changes, ElementsAre(absl::StrCat("~", kJobs)));
  EXPECT_TRUE(JsonFile(kJobs)["automationJobs"].empty());
}

TEST_F(EveryCommandJobsTest, AJobThatCannotBeIsNotCreated) {
  Refused(R"({"jobCreate": {"job": {"id": "job-1"}}})", StatusCode::kInvalidArgument,
          "Missing required fields: id, name, type, config, schedule");
  Refused(CreateJson("a", "format-disk", "{}"), StatusCode::kInvalidArgument, "there is no job type");
  Refused(CreateJson("a", "cleanup-specs", R"({"daysOld": 0})"), StatusCode::kInvalidArgument, "config.daysOld");
  Refused(CreateJson("a", "run-agent", R"({"runner": "rm"})"), StatusCode::kFailedPrecondition, "rm");
  Refused(CreateJson("a", "run-agent", R"({"runner": "greet"})"), StatusCode::kInvalidArgument, "who");
  Refused(R"({"jobCreate": {"job": {"id": "a", "name": "a", "type": "cleanup-specs", "config": {"daysOld": 1},
      "schedule": "61 * * * *"}}})",
          StatusCode::kInvalidArgument, "61");
  Write(CreateJson("a", "cleanup-specs", R"({"daysOld": 30})"));
  Refused(CreateJson("a", "cleanup-specs", R"({"daysOld": 31})"), StatusCode::kAlreadyExists, "already exists");
}

TEST_F(EveryCommandJobsTest, CommandsOnAJobThatThereIsNotSaySo) {
  Refused(R"({"jobGet": {"id": "none"}})", StatusCode::kNotFound, "Job not found");
  Refused(R"({"jobUpdate": {"id": "none", "name": "a"}})", StatusCode::kNotFound, "Job with ID none not found");
  Refused(R"({"jobDelete": {"id": "none"}})", StatusCode::kNotFound, "Job with ID none not found");
  Refused(R"({"jobRun": {"id": "none"}})", StatusCode::kNotFound, "Job with ID none not found");
  Refused(R"({"jobCancel": {"id": "none"}})", StatusCode::kNotFound, "Job with ID none not found");
  EXPECT_EQ(Read(R"({"jobHistory": {"id": "none"}})").job_history().executions_size(), 0);
  EXPECT_EQ(Read(R"({"jobStats": {"id": "none"}})").job_stats().total_executions(), 0);
  // No id is wrong for it: what never was has no runs.
  CommandCoverage::Get().NoteRefused("job-stats");
  Refused(R"({"jobHistory": {"id": "none", "limit": -1}})", StatusCode::kInvalidArgument, "negative");
}

TEST_F(EveryCommandJobsTest, AMaintenanceRunMovesOldApprovalsAwayAndLeavesARecord) {
  Write(CreateJson("clean", "cleanup-approvals", R"({"daysOld": 3650})"));
  const Performed run = Perform(R"({"jobRun": {"id": "clean"}})");
  EXPECT_TRUE(run.result.job_run().execution().success());
  EXPECT_THAT(run.changes, UnorderedElementsAre(absl::StrCat("~", kJobs), absl::StrCat("+", kHistory)));
  EXPECT_EQ(run.audit_lines.size(), 1u);
  const nlohmann::ordered_json history = JsonFile(kHistory);
  ASSERT_EQ(history["executions"].size(), 1u);
  EXPECT_EQ(history["executions"][0].value("jobId", ""), "clean");
  EXPECT_EQ(history["executions"][0].value("id", ""), run.result.job_run().execution().id());
}

TEST_F(EveryCommandJobsTest, ARunOfADeclaredProgramReportsItsOutputAsItComes) {
  CreateRunner("greet", R"({"runner": "greet", "parameters": {"who": "$(id); world"}})");
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  const auto reader = user().Watch(context, {});
  v1::WatchResponse begun;
  ASSERT_TRUE(reader->Read(&begun));
  const Performed run = Perform(R"({"jobRun": {"id": "greet"}})");
  EXPECT_EQ(OutputUntil(*reader, v1::JobProgress::STATE_SUCCEEDED), "hello $(id); world\ndone\n")
      << "no shell has seen the parameter";
  context.TryCancel();
  const v1::JobExecution& execution = run.result.job_run().execution();
  EXPECT_TRUE(execution.success());
  EXPECT_EQ(execution.exit_code(), 0);
  EXPECT_EQ(execution.output_tail(), "hello $(id); world\ndone\n");
  EXPECT_THAT(run.changes, UnorderedElementsAre(absl::StrCat("~", kJobs), absl::StrCat("+", kHistory)));
  EXPECT_TRUE(JsonFile(kJobs)["automationJobs"][0].contains("lastRun"));

  CreateRunner("fail", R"({"runner": "fail"})");
  const Performed failed = Perform(R"({"jobRun": {"id": "fail"}})");
  EXPECT_FALSE(failed.result.job_run().execution().success());
  EXPECT_EQ(failed.result.job_run().execution().exit_code(), 3);
  EXPECT_THAT(failed.result.job_run().execution().error(), HasSubstr("exit code 3"));

  EXPECT_EQ(Read(R"({"jobHistory": {"id": "greet"}})").job_history().executions_size(), 1);
  const auto stats = Read(R"({"jobStats": {"id": "fail"}})").job_stats();
  EXPECT_EQ(stats.total_executions(), 1);
  EXPECT_EQ(stats.failed_executions(), 1);
}

TEST_F(EveryCommandJobsTest, ARunIsCancelledByAnother) {
  CreateRunner("stay", R"({"runner": "stay"})");
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  const auto reader = user().Watch(context, {});
  v1::WatchResponse begun;
  ASSERT_TRUE(reader->Read(&begun));
  absl::StatusOr<v1::ExecuteResponse> run = absl::UnknownError("");
  std::thread runner([&] { run = cluster().User().Execute(kProject, R"({"jobRun": {"id": "stay"}})"); });
  OutputUntil(*reader, v1::JobProgress::STATE_STARTED);
  Refused(R"({"jobRun": {"id": "stay"}})", StatusCode::kFailedPrecondition, "has been running");

  v1::ExecuteRequest cancel;
  cancel.set_project_id(kProject);
  cancel.set_request_id("cancel");
  cancel.mutable_command()->mutable_job_cancel()->set_id("stay");
  const absl::Time asked = absl::Now();
  const absl::StatusOr<v1::ExecuteResponse> cancelled = user().Execute(cancel);
  runner.join();
  std::cout << "a run ended " << absl::FormatDuration(absl::Now() - asked) << " after its cancellation was sent\n";
  ASSERT_THAT(cancelled, IsOk());
  EXPECT_TRUE(cancelled->result().job_cancel().cancelled());
  OutputUntil(*reader, v1::JobProgress::STATE_CANCELLED);
  ASSERT_THAT(run, IsOk());
  EXPECT_FALSE(run->result().job_run().execution().success());
  EXPECT_EQ(run->result().job_run().execution().error(), "cancelled");
  EXPECT_EQ(JsonFile(kHistory)["executions"][0].value("error", ""), "cancelled");

  // Sent again, it gets the same answer and leaves the next run alone.
  std::thread next([&] { run = cluster().User().Execute(kProject, R"({"jobRun": {"id": "stay"}})"); });
  OutputUntil(*reader, v1::JobProgress::STATE_STARTED);
  const absl::StatusOr<v1::ExecuteResponse> again = user().Execute(cancel);
  ASSERT_THAT(again, IsOk());
  EXPECT_TRUE(again->result().job_cancel().cancelled());
  EXPECT_THAT(user().Execute(kProject, R"({"jobRun": {"id": "stay"}})"),
              IsStatus(StatusCode::kFailedPrecondition, HasSubstr("has been running")));
  cancel.set_request_id("cancel-the-next");
  EXPECT_THAT(user().Execute(cancel), IsOk());
  next.join();
  EXPECT_FALSE(Perform(R"({"jobCancel": {"id": "stay"}})").result.job_cancel().cancelled()) << "it has ended";
  context.TryCancel();
}

}  // namespace
}  // namespace specrelay
