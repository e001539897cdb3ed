#include "dashboard/events/live_message.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> TypesOf(const v1::Event& event) {
  std::vector<std::string> types;
  for (const LiveMessage& message : LiveMessagesOf(event)) types.emplace_back(message.type);
  return types;
}

v1::Event Changed(absl::string_view path, v1::FileCategory category,
                  v1::FileChangeType change = v1::FILE_CHANGE_TYPE_MODIFIED) {
  v1::Event event;
  v1::FileChanged& file = *event.mutable_file_changed();
  file.set_path(std::string(path));
  file.set_category(category);
  file.set_change(change);
  if (change != v1::FILE_CHANGE_TYPE_DELETED) {
    file.set_hash("abc");
    file.set_size_bytes(7);
    file.mutable_last_modified()->set_seconds(1'700'000'000);
    file.set_content("secret text");
  }
  return event;
}

TEST(LiveMessageTest, EachPartOfTheTreeHasItsMessages) {
  EXPECT_THAT(TypesOf(Changed("specs/a/design.md", v1::FILE_CATEGORY_SPEC)), ElementsAre("spec-update"));
  EXPECT_THAT(TypesOf(Changed("specs/a/tasks.md", v1::FILE_CATEGORY_TASKS)),
              ElementsAre("task-status-update", "spec-update"));
  EXPECT_THAT(TypesOf(Changed("archive/specs/a/tasks.md", v1::FILE_CATEGORY_ARCHIVE)), ElementsAre("spec-update"));
  EXPECT_THAT(TypesOf(Changed("steering/tech.md", v1::FILE_CATEGORY_STEERING)), ElementsAre("steering-update"));
  EXPECT_THAT(TypesOf(Changed("approvals/a/approval_1.json", v1::FILE_CATEGORY_APPROVAL)),
              ElementsAre("approval-update"));
  EXPECT_THAT(TypesOf(Changed("approvals/a/.snapshots/design.md/metadata.json", v1::FILE_CATEGORY_SNAPSHOT)),
              ElementsAre("approval-update"));
  EXPECT_THAT(TypesOf(Changed("questions/question_1.json", v1::FILE_CATEGORY_QUESTION)),
              ElementsAre("question-update"));
  EXPECT_EQ(LiveMessagesOf(Changed("questions/question_1.json", v1::FILE_CATEGORY_QUESTION))[0].data["questionId"],
            "question_1");
  EXPECT_THAT(TypesOf(Changed("specs/a/implementation-log.json", v1::FILE_CATEGORY_IMPLEMENTATION_LOG)),
              ElementsAre("implementation-log-update"));
  EXPECT_THAT(TypesOf(Changed("analytics/task-events.jsonl", v1::FILE_CATEGORY_OTHER)), ElementsAre("activity"));
  EXPECT_THAT(TypesOf(Changed("settings.json", v1::FILE_CATEGORY_OTHER)), ElementsAre("file-changed"));
  EXPECT_THAT(TypesOf(Changed("new-in-a-later-version", v1::FILE_CATEGORY_UNSPECIFIED)), ElementsAre("file-changed"));
  EXPECT_THAT(TypesOf(v1::Event()), ElementsAre());
}

TEST(LiveMessageTest, AChangeSaysWhichVersionOfWhatAndNotItsContent) {
  const std::vector<LiveMessage> messages =
      LiveMessagesOf(Changed("specs/user-auth/tasks.md", v1::FILE_CATEGORY_TASKS));
  ASSERT_EQ(messages.size(), 2u);
  const Json expected = Json::parse(R"({"path":"specs/user-auth/tasks.md","change":"modified","hash":"abc",
      "sizeBytes":7,"lastModified":"2023-11-14T22:13:20.000Z","specName":"user-auth","archived":false,
      "document":"tasks"})");
  EXPECT_EQ(messages[0].data, expected);
  EXPECT_EQ(messages[1].data, expected);
}

TEST(LiveMessageTest, ADeletionHasNeitherHashNorSize) {
  EXPECT_EQ(LiveMessagesOf(
                Changed("approvals/x/approval_1.json", v1::FILE_CATEGORY_APPROVAL, v1::FILE_CHANGE_TYPE_DELETED))[0]
                .data,
            Json::parse(R"({"path":"approvals/x/approval_1.json","change":"deleted","categoryName":"x",
                           "approvalId":"approval_1"})"));
}

v1::Event PresenceOf(v1::Presence::State state, int connected) {
  v1::Event event;
  event.mutable_presence()->set_agent_id("a");
  event.mutable_presence()->set_instance_uid("i");
  event.mutable_presence()->set_state(state);
  event.mutable_presence()->set_connected_instances(connected);
  return event;
}

TEST(LiveMessageTest, AnAgentLivesFromItsFirstInstanceToItsLast) {
  EXPECT_THAT(TypesOf(PresenceOf(v1::Presence::STATE_CONNECTED, 1)),
              ElementsAre("agent:created", "projects-update", "presence"));
  EXPECT_THAT(TypesOf(PresenceOf(v1::Presence::STATE_CONNECTED, 2)),
              ElementsAre("agent:updated", "projects-update", "presence"));
  EXPECT_THAT(TypesOf(PresenceOf(v1::Presence::STATE_DISCONNECTED, 1)),
              ElementsAre("agent:updated", "projects-update", "presence"));
  EXPECT_THAT(TypesOf(PresenceOf(v1::Presence::STATE_DISCONNECTED, 0)),
              ElementsAre("agent:deleted", "projects-update", "presence"));
}

TEST(LiveMessageTest, AgentsAreToldByTheirIds) {
  EXPECT_EQ(LiveMessagesOf(PresenceOf(v1::Presence::STATE_CONNECTED, 1))[0].data,
            Json::parse(R"({"agentId":"a","instanceUid":"i"})"));
}

TEST(LiveMessageTest, ACommandThatChangedJobsUpdatesThemToo) {
  v1::Event event;
  event.mutable_command_progress()->set_request_id("r");
  event.mutable_command_progress()->set_command("job-create");
  event.mutable_command_progress()->set_state(v1::COMMAND_STATE_SENT);
  EXPECT_THAT(TypesOf(event), ElementsAre("command-state"));
  event.mutable_command_progress()->set_state(v1::COMMAND_STATE_APPLIED);
  ASSERT_THAT(TypesOf(event), ElementsAre("job-update", "command-state"));
  EXPECT_EQ(LiveMessagesOf(event)[1].data,
            Json::parse(R"({"requestId":"r","command":"job-create","state":"APPLIED"})"));
  event.mutable_command_progress()->set_command("spec-archive");
  EXPECT_THAT(TypesOf(event), ElementsAre("command-state"));
}

TEST(LiveMessageTest, ACommandTellsWhoSentItAndWhatItWrites) {
  v1::Event event;
  v1::CommandProgress& progress = *event.mutable_command_progress();
  progress.set_request_id("r");
  progress.set_command("spec-document-write");
  progress.set_state(v1::COMMAND_STATE_APPLIED);
  progress.set_path("specs/a/design.md");
  progress.mutable_actor()->set_account("club");
  progress.mutable_actor()->set_key_name("anna");
  ASSERT_THAT(TypesOf(event), ElementsAre("command-state"));
  EXPECT_EQ(LiveMessagesOf(event)[0].data, Json::parse(R"({
    "requestId": "r", "command": "spec-document-write", "state": "APPLIED", "path": "specs/a/design.md",
    "actor": {"account": "club", "keyName": "anna"}
  })"));
  progress.mutable_actor()->set_client("script");
  EXPECT_EQ(LiveMessagesOf(event)[0].data["actor"]["client"], "script");
}

TEST(LiveMessageTest, AJobsOutputIsPassedOn) {
  v1::Event event;
  event.mutable_job_progress()->set_job_id("j");
  event.mutable_job_progress()->set_execution_id("e");
  event.mutable_job_progress()->set_state(v1::JobProgress::STATE_RUNNING);
  event.mutable_job_progress()->set_output("line\n");
  event.mutable_job_progress()->set_skipped_bytes(3);
  ASSERT_THAT(TypesOf(event), ElementsAre("job-update"));
  EXPECT_EQ(LiveMessagesOf(event)[0].data,
            Json::parse(R"({"jobId":"j","executionId":"e","state":"RUNNING","output":"line\n","skippedBytes":3})"));
}

}  // namespace
}  // namespace specrelay
