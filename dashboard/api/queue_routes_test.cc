#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class QueueRoutesTest : public testing::Test {
 protected:
  void SetUp() override { api_.Disconnect(api_.Connect("p1", AnswersEmpty())); }

  // Writes a document, which must be queued.
  void Save(const std::string& id, const std::string& content) {
    api_.request_id = id;
    const ApiAnswer answer = api_.Call("PUT", "/api/projects/p1/steering/tech", Json{{"content", content}}.dump(),
                                       {{"If-Match", "\"base\""}});
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.json, Json::parse(R"({"requestId":")" + id + R"(","state":"QUEUED","durability":"MEMORY"})"));
  }

  ApiHarness api_;
};

TEST_F(QueueRoutesTest, ListsWhatWaitsInOrderAndTellsEachWithItsContent) {
  Save("one", "1");
  Save("two", "2");
  const ApiAnswer list = api_.Call("GET", "/api/projects/p1/queue");
  EXPECT_EQ(list.status, 200);
  EXPECT_EQ(list.json["durability"], "MEMORY");
  EXPECT_EQ(list.json["freeCommands"], 998);
  ASSERT_EQ(list.json["commands"].size(), 2u);
  EXPECT_EQ(list.json["commands"][0]["requestId"], "one");
  EXPECT_EQ(list.json["commands"][0]["documents"], Json::parse(R"(["steering/tech.md"])"));
  EXPECT_THAT(list.json["commands"][0]["reason"].get<std::string>(), HasSubstr("no agent"));
  EXPECT_FALSE(list.json["commands"][0].contains("content"));
  const ApiAnswer one = api_.Call("GET", "/api/commands/one/queued");
  EXPECT_EQ(one.json["content"]["steeringWrite"]["content"], "1");
  EXPECT_EQ(api_.Call("GET", "/api/commands/never/queued").status, 404);
  EXPECT_EQ(api_.Call("GET", "/api/commands/one").json["durability"], "MEMORY");
}

TEST_F(QueueRoutesTest, WhatIsTakenBackIsNotSent) {
  Save("one", "1");
  const ApiAnswer cancelled = api_.Call("DELETE", "/api/commands/one");
  EXPECT_EQ(cancelled.status, 200);
  EXPECT_EQ(cancelled.json["state"], "CANCELLED");
  EXPECT_EQ(api_.Call("DELETE", "/api/commands/one").status, 409);
  EXPECT_EQ(api_.Call("DELETE", "/api/commands/never").status, 404);
  EXPECT_TRUE(api_.Connect("p1", AnswersEmpty()).commands().empty());
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/queue?ended=true").json["commands"][0]["state"], "CANCELLED");
}

TEST_F(QueueRoutesTest, AConflictKeepsItsContentUntilItIsSentAgainOrDropped) {
  Save("one", "1");
  Save("two", "2");
  bool collides = true;
  const ScriptedAgent& agent = api_.Connect("p1", [&](const v1::Command& command) -> absl::StatusOr<v1::CommandResult> {
    if (collides) return ConflictError("steering/tech.md has changed", "steering/tech.md", "theirs", "x");
    return AnswersEmpty()(command);
  });
  ASSERT_EQ(agent.commands().size(), 1u) << "the second one waits behind the conflict";
  const ApiAnswer list = api_.Call("GET", "/api/projects/p1/queue");
  EXPECT_EQ(list.json["commands"][0]["state"], "CONFLICT");
  EXPECT_EQ(list.json["commands"][0]["error"]["currentHash"], "theirs");
  EXPECT_EQ(list.json["commands"][1]["waitsFor"], "one");
  EXPECT_EQ(api_.Call("GET", "/api/commands/one/queued").json["content"]["steeringWrite"]["content"], "1");

  EXPECT_EQ(api_.Call("POST", "/api/commands/one/resolve", R"({"action":"guess"})").status, 400);
  collides = false;
  const ApiAnswer resent = api_.Call("POST", "/api/commands/one/resolve", R"({"action":"resend"})");
  EXPECT_EQ(resent.json["requestId"], "one~1");
  ASSERT_EQ(agent.commands().size(), 3u);
  EXPECT_EQ(agent.commands()[1].command().steering_write().base_hash(), "theirs");
  EXPECT_EQ(agent.commands()[2].request_id(), "two");
  EXPECT_EQ(api_.Call("GET", "/api/commands/one~1").json["state"], "APPLIED");
  EXPECT_EQ(api_.Call("POST", "/api/commands/two/resolve", R"({"action":"discard"})").status, 404);
}

TEST_F(QueueRoutesTest, ViewersSeeItAndChangeNothing) {
  Save("one", "1");
  api_.role = Role::kViewer;
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/queue").status, 200);
  EXPECT_EQ(api_.Call("DELETE", "/api/commands/one").status, 403);
}

TEST_F(QueueRoutesTest, WhatIsNotQueuedMayWaitForTheAgent) {
  const char kQueued[] = R"({"command":{"specArchive":{"name":"a"}},"queue":true,"waitForAgent":true,"wait":false})";
  EXPECT_EQ(api_.Call("POST", "/api/projects/p1/commands", kQueued).json["durability"], "MEMORY");
  api_.request_id = "read";
  const char kWaits[] = R"({"command":{"specList":{}},"queue":true,"waitForAgent":true,"wait":false})";
  const ApiAnswer waits = api_.Call("POST", "/api/projects/p1/commands", kWaits);
  EXPECT_EQ(waits.status, 202);
  EXPECT_EQ(waits.json["state"], "QUEUED");
  EXPECT_FALSE(waits.json.contains("durability")) << "it is not in the queue";
  api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("GET", "/api/commands/read").json["state"], "APPLIED");
}

}  // namespace
}  // namespace specrelay
