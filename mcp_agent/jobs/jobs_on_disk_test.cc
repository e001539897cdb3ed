// Jobs with everything that is real about them but the relay: files, ledgers, locks, threads, programs.
#include <fcntl.h>
#include <sys/stat.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/synchronization/notification.h"
#include "mcp_agent/jobs/agent_work.h"
#include "mcp_agent/jobs/cleanup_work.h"
#include "mcp_agent/jobs/job_runner.h"
#include "mcp_agent/jobs/work_by_type.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/clock.h"
#include "proto/support/json.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

// What one agent process has of a machine.
struct Agent {
  explicit Agent(const TempDir& home)
      : tree(PosixTree::Open(home.path(), PosixTree::Options{kDefaultMaxFileBytes, "machine"}).value()),
        ledger(*tree, clock),
        locks(home.Join("machine/job-locks")),
        store(*tree, clock, absl::UTCTimeZone()),
        projects(*tree, ledger, clock),
        cleanup(projects, OpenOnDisk, clock),
        agent_work(*tree, projects, clock),
        work(cleanup, agent_work),
        runner({*tree, ledger, store, locks, work, clock, nullptr}) {}

  static absl::StatusOr<OpenProject> OpenOnDisk(absl::string_view path) {
    struct Open {
      SystemClock clock;
      std::unique_ptr<PosixTree> tree;
      std::unique_ptr<Ledger> ledger;
    };
    auto open = std::make_shared<Open>();
    absl::StatusOr<std::unique_ptr<PosixTree>> tree = PosixTree::Open(path);
    if (!tree.ok()) return tree.status();
    open->tree = *std::move(tree);
    open->ledger = std::make_unique<Ledger>(*open->tree, open->clock);
    return OpenProject{open->tree.get(), open->ledger.get(), false, open};
  }

  absl::Status CreateJob(absl::string_view json) {
    WriteRequest request;
    request.request_id = std::string(json);
    request.digest = "d";
    request.command = "job-create";
    v1::JobCreateRequest create;
    if (const absl::Status parsed = FromJson(json, *create.mutable_job()); !parsed.ok()) return parsed;
    const auto handler = [&](Transaction& tx) -> absl::StatusOr<v1::CommandResult> {
      absl::StatusOr<v1::JobCreateResponse> created = store.Create(tx, create);
      if (!created.ok()) return created.status();
      v1::CommandResult result;
      *result.mutable_job_create() = *std::move(created);
      return result;
    };
    return ledger.Execute(request, handler).status();
  }

  absl::StatusOr<v1::JobRunResponse> Run(absl::string_view job_id, absl::string_view request_id) {
    absl::StatusOr<v1::JobRunResponse> result = absl::UnknownError("");
    absl::Notification done;
    runner.Run(job_id, request_id, [&](absl::StatusOr<v1::JobRunResponse> response) {
      result = std::move(response);
      done.Notify();
    });
    done.WaitForNotification();
    return result;
  }

  SystemClock clock;
  std::unique_ptr<PosixTree> tree;
  Ledger ledger;
  RunLocks locks;
  JobStore store;
  ProjectRegistry projects;
  CleanupWork cleanup;
  AgentWork agent_work;
  WorkByType work;
  JobRunner runner;
};

class JobsOnDiskTest : public testing::Test {
 protected:
  JobsOnDiskTest() { home_.MakeDirectory("machine"); }

  TempDir home_;
  TempDir project_;
};

TEST_F(JobsOnDiskTest, CleansAProjectSoThatItCanBeUndone) {
  project_.WriteFile(".spec-context/approvals/auth/a1.json",
                     R"({"id":"a1","title":"T","filePath":"f","type":"document","status":"approved",)"
                     R"("createdAt":"2020-01-01T00:00:00.000Z","category":"spec","categoryName":"auth"})");
  project_.WriteFile(".spec-context/archive/specs/old/design.md", "design");
  const timespec long_ago[] = {{1'500'000'000, 0}, {1'500'000'000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, project_.Join(".spec-context/archive/specs/old/design.md").c_str(), long_ago, 0), 0);
  Agent agent(home_);
  ASSERT_THAT(agent.projects.Touch(project_.path()), IsOk());
  for (const char* type : {"cleanup-approvals", "cleanup-archived-specs"}) {
    ASSERT_THAT(agent.CreateJob(absl::Substitute(
                    R"({"id":"$0","name":"N","type":"$0","config":{"daysOld":30},"schedule":"@daily"})", type)),
                IsOk());
    ASSERT_OK_AND_ASSIGN(const v1::JobRunResponse response, agent.Run(type, "req"));
    EXPECT_TRUE(response.execution().success()) << response.execution().error();
    EXPECT_EQ(response.execution().items_deleted(), 1);
  }
  const std::string trash =
      absl::StrCat(".spec-context/.specrelay/trash/", absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone()));
  EXPECT_TRUE(project_.Exists(absl::StrCat(trash, "/approvals/auth/a1.json")));
  EXPECT_EQ(project_.ReadFile(absl::StrCat(trash, "/archive/specs/old/design.md")), "design");
  EXPECT_FALSE(project_.Exists(".spec-context/archive/specs/old"));
}

TEST_F(JobsOnDiskTest, LetsTwoAgentsRunOneJobOnlyOneAtATime) {
  home_.WriteFile("machine/runners.json",
                  absl::Substitute(R"({"runners":[{"name":"once","argv":["/bin/sh","-c",)"
                                   R"("mkdir $0/busy || exit 9; echo x >> $0/runs; rmdir $0/busy"],)"
                                   R"("workingDirectory":"$0"}]})",
                                   home_.path()));
  Agent one(home_);
  Agent two(home_);
  ASSERT_THAT(one.CreateJob(R"({"id":"j","name":"N","type":"run-agent","config":{"runner":"once"},)"
                            R"("schedule":"@daily"})"),
              IsOk());
  const auto run_ten = [](Agent& agent, absl::string_view prefix) {
    int successes = 0;
    for (int i = 0; i < 10; ++i) {
      const absl::StatusOr<v1::JobRunResponse> response = agent.Run("j", absl::StrCat(prefix, i));
      if (response.ok()) {
        EXPECT_TRUE(response->execution().success()) << response->execution().error();
        ++successes;
      } else {
        EXPECT_THAT(response, IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("has been running")));
      }
    }
    return successes;
  };
  int of_two = 0;
  std::thread other([&] { of_two = run_ten(two, "two"); });
  const int of_one = run_ten(one, "one");
  other.join();
  EXPECT_GE(of_one + of_two, 1);
  EXPECT_EQ(home_.ReadFile("runs").size(), 2U * static_cast<unsigned>(of_one + of_two));
  v1::JobStatsRequest request;
  request.set_id("j");
  EXPECT_EQ(JobHistory(*one.tree).Stats(request)->successful_executions(), of_one + of_two);
}

}  // namespace
}  // namespace specrelay
