// Five hundred ways in which a disk or an accident may damage what agents rely on: the agent starts, says so, and loses
// nothing else.

#include <signal.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/strings/substitute.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/damage_stage.h"
#include "tests/integration/damaged_variant.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr DamagedFile kFiles[] = {DamagedFile::kJournal, DamagedFile::kApproval, DamagedFile::kJobs,
                                  DamagedFile::kAudit};
constexpr DamageKind kKinds[] = {DamageKind::kCutOff, DamageKind::kBitFlipped, DamageKind::kCutOff,
                                 DamageKind::kBitsFlipped};
constexpr int kInProcess = 480;
constexpr int kProcesses = 20;
constexpr unsigned kSeed = 20'261'121;

// Every file in every way: the number of a variant counts through both.
DamagedFile FileOf(int number) { return kFiles[number % 4]; }
DamageKind KindOf(int number) { return kKinds[number / 4 % 4]; }

TEST(DamageTest, AnAgentStartsAndLosesNothingElseWhateverIsDamaged) {
  const DamageStage stage;
  ASSERT_FALSE(testing::Test::HasFailure());
  std::mt19937 random(kSeed);
  const absl::Time begun = absl::Now();
  for (int number = 0; number < kInProcess; ++number) {
    Variant variant(stage, FileOf(number), KindOf(number), random);
    SCOPED_TRACE(absl::StrCat("variant ", number, ": ", variant.Describe()));
    testing::internal::CaptureStderr();
    {
      ExecutorHarness harness(variant.project_dir(), {}, variant.machine_dir());
      EXPECT_THAT(harness.Recover(), IsOk());
      int reads = 0;
      variant.ExpectTheRestAnswers(
          [&](const std::string& request_id, const v1::Command& command) -> absl::StatusOr<v1::CommandResult> {
            v1::CommandDelivery delivery;
            delivery.set_request_id(request_id.empty() ? absl::StrCat("read-", ++reads) : request_id);
            *delivery.mutable_command() = command;
            const v1::CommandOutcome outcome = harness.Deliver(delivery);
            if (outcome.has_error()) return FromCommandError(outcome.error());
            return outcome.result();
          });
    }
    variant.ExpectNothingLost(testing::internal::GetCapturedStderr());
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  std::cout << kInProcess << " variants took " << absl::FormatDuration(absl::Now() - begun) << "\n";
}

TEST(DamageTest, AnAgentProcessServesARelayWhateverIsDamaged) {
  const DamageStage stage;
  ASSERT_OK_AND_ASSIGN(std::unique_ptr<Cluster> cluster, Cluster::Start());
  Client user = cluster->User();
  std::mt19937 random(kSeed + 1);
  const absl::Time begun = absl::Now();
  for (int number = 0; number < kProcesses; ++number) {
    Variant variant(stage, FileOf(number), KindOf(number), random);
    SCOPED_TRACE(absl::StrCat("variant ", number, ": ", variant.Describe()));
    const std::string project_id = absl::StrCat("p", number);
    const std::string log = cluster->Path(absl::StrCat("agent-", number, ".log"));
    // A shell puts the agent's stderr into a file and then becomes the agent.
    ASSERT_OK_AND_ASSIGN(
        std::unique_ptr<Subprocess> agent,
        Subprocess::Start({"/bin/sh", "-c", "log=$1; shift; exec \"$@\" 2>\"$log\"", "sh", log,
                           "mcp_agent/specrelay_agent", "--headless", absl::StrCat("--project=", variant.project_dir()),
                           absl::StrCat("--project_id=", project_id), absl::StrCat("--relay=", cluster->grpc_address()),
                           absl::StrCat("--api_key_file=", cluster->Path("agent.key")),
                           absl::StrCat("--state_dir=", variant.machine_dir())}));
    ASSERT_THAT(agent->ReadLine(kPatience), IsOk()) << "the agent did not start";
    ASSERT_THAT(cluster->WaitForAgents(project_id, 1), IsOk());
    variant.ExpectTheRestAnswers(
        [&](const std::string& request_id, const v1::Command& command) -> absl::StatusOr<v1::CommandResult> {
          v1::ExecuteRequest request;
          request.set_project_id(project_id);
          if (!request_id.empty()) request.set_request_id(request_id);
          *request.mutable_command() = command;
          const absl::StatusOr<v1::ExecuteResponse> response = user.Execute(request);
          if (!response.ok()) return response.status();
          return response->result();
        });
    agent->Signal(SIGTERM);
    ASSERT_OK_AND_ASSIGN(const int code, agent->Wait(kPatience));
    EXPECT_EQ(code, 0);
    // It notes which projects it serves.
    variant.ExpectNothingLost(ReadFileOrDie(log), {"+machine/served-projects.json", "~machine/audit.jsonl"});
    ASSERT_FALSE(testing::Test::HasFailure());
  }
  std::cout << kProcesses << " processes took " << absl::FormatDuration(absl::Now() - begun) << "\n";
}

}  // namespace
}  // namespace specrelay
