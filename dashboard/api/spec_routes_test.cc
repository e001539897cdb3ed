#include "dashboard/api/testing/api_harness.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kSpecs[] = "/api/projects/p1/specs";
constexpr char kDesign[] = "/api/projects/p1/specs/user-auth/design";
constexpr char kRead[] = R"({"specRead":{
    "spec":{"name":"user-auth","displayName":"User Auth","requirements":{"exists":true},"design":{"exists":true},
            "taskSummary":{"total":3,"completed":1,"pending":1}},
    "design":{"content":"# Design","version":{"hash":"abc","lastModified":"2026-01-05T10:00:00Z"}}}})";
constexpr char kWritten[] = R"({"specDocumentWrite":{"version":{"hash":"def"}}})";

class SpecRoutesTest : public testing::Test {
 protected:
  ApiHarness api_;
};

TEST_F(SpecRoutesTest, ListsSpecsWithTheirPhasesAndTasks) {
  api_.Connect("p1", Answers(R"({"specList":{"specs":[{"name":"user-auth","displayName":"User Auth",
      "createdAt":"2026-01-05T10:00:00Z","lastModified":"2026-01-05T10:00:00.5Z",
      "design":{"exists":true,"lastModified":"2026-01-05T10:00:00Z"},"taskSummary":{"total":3,"pending":2}}]}})"));
  const ApiAnswer answer = api_.Call("GET", kSpecs);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json, Json::parse(R"([{"name":"user-auth","displayName":"User Auth",
      "createdAt":"2026-01-05T10:00:00.000Z","lastModified":"2026-01-05T10:00:00.500Z",
      "phases":{"requirements":{"exists":false},"design":{"exists":true,"lastModified":"2026-01-05T10:00:00.000Z"},
                "tasks":{"exists":false},"implementation":{"exists":true}},
      "taskProgress":{"total":3,"completed":0,"pending":2}}])"));
}

TEST_F(SpecRoutesTest, ListsArchivedSpecs) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/specs/archived").json, Json::array());
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"specArchivedList":{}})"));
}

TEST_F(SpecRoutesTest, DescribesASpec) {
  api_.Connect("p1", Answers(kRead));
  const ApiAnswer answer = api_.Call("GET", "/api/projects/p1/specs/user-auth");
  EXPECT_EQ(answer.json["displayName"], "User Auth");
  EXPECT_EQ(answer.json["taskProgress"]["pending"], 1);
}

TEST_F(SpecRoutesTest, ReadsAllDocumentsWithNullForThoseThatDoNotExist) {
  api_.Connect("p1", Answers(kRead));
  const ApiAnswer answer = api_.Call("GET", "/api/projects/p1/specs/user-auth/all");
  EXPECT_EQ(answer.json["design"]["content"], "# Design");
  EXPECT_TRUE(answer.json["tasks"].is_null());
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/specs/user-auth/all", "", {{"If-None-Match", answer.headers.at("ETag")}})
                .status,
            304);
}

TEST_F(SpecRoutesTest, ReadsArchivedDocuments) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_TRUE(api_.Call("GET", "/api/projects/p1/specs/old/all/archived").json["design"].is_null());
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"specArchivedRead":{"name":"old"}})"));
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/specs/old/design/archived").status, 404);
}

TEST_F(SpecRoutesTest, ADocumentHasAnETagAndIsNotSentAgainToWhoeverHasIt) {
  api_.Connect("p1", Answers(kRead));
  const ApiAnswer answer = api_.Call("GET", kDesign);
  EXPECT_EQ(answer.json["content"], "# Design");
  EXPECT_EQ(answer.headers.at("ETag"), "\"abc\"");
  for (const char* known : {"\"abc\"", "\"x\", \"abc\"", "W/\"abc\"", "*"}) {
    EXPECT_EQ(api_.Call("GET", kDesign, "", {{"If-None-Match", known}}).status, 304) << known;
  }
  EXPECT_EQ(api_.Call("GET", kDesign, "", {{"If-None-Match", "\"other\""}}).status, 200);
}

TEST_F(SpecRoutesTest, ADocumentThatDoesNotExistIsNotFoundAndSaysWhatMakesIt) {
  api_.Connect("p1", Answers(kRead));
  const ApiAnswer answer = api_.Call("GET", "/api/projects/p1/specs/user-auth/tasks");
  EXPECT_EQ(answer.status, 404);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("PUT creates it"));
}

TEST_F(SpecRoutesTest, AnUnknownDocumentIsRefusedWithTheNamesThereAre) {
  api_.Connect("p1", AnswersEmpty());
  const ApiAnswer answer = api_.Call("PUT", "/api/projects/p1/specs/user-auth/bogus", R"({"content":"x"})");
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("requirements, design or tasks"));
}

TEST_F(SpecRoutesTest, WritesADocumentAndTellsItsNewVersion) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(kWritten));
  const ApiAnswer answer = api_.Call("PUT", kDesign, R"({"content":"new"})");
  EXPECT_EQ(answer.json, Json::parse(R"({"success":true,"message":"Document saved successfully"})"));
  EXPECT_EQ(answer.headers.at("ETag"), "\"def\"");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"specDocumentWrite":{"name":"user-auth",
      "document":"SPEC_DOCUMENT_DESIGN","content":"new"}})"));
}

TEST_F(SpecRoutesTest, WritesADocumentOfAnArchivedSpec) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(kWritten));
  EXPECT_EQ(api_.Call("PUT", "/api/projects/p1/specs/old/design/archived", R"({"content":"new"})").status, 200);
  EXPECT_EQ(agent.LastCommand()["specDocumentWrite"]["archived"], true);
}

TEST_F(SpecRoutesTest, AWriteIsConditionalOnTheVersionThatItNames) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(kWritten));
  EXPECT_EQ(api_.Call("PUT", kDesign, R"({"content":"new"})", {{"If-Match", "\"abc\""}}).status, 200);
  EXPECT_EQ(agent.LastCommand()["specDocumentWrite"]["baseHash"], "abc");
  // Only if there is none.
  EXPECT_EQ(api_.Call("PUT", kDesign, R"({"content":"new"})", {{"If-None-Match", "*"}}).status, 200);
  EXPECT_EQ(agent.LastCommand()["specDocumentWrite"]["baseHash"], "");
}

TEST_F(SpecRoutesTest, AConditionThatIsNoSingleStrongTagIsRefused) {
  const ScriptedAgent& agent = api_.Connect("p1", Answers(kWritten));
  for (const char* tag : {"*", "abc", "W/\"abc\"", "\"a\", \"b\"", "\"\"", "\"abc"}) {
    EXPECT_EQ(api_.Call("PUT", kDesign, R"({"content":"new"})", {{"If-Match", tag}}).status, 400) << tag;
  }
  EXPECT_TRUE(agent.commands().empty());
}

TEST_F(SpecRoutesTest, ALostUpdateIsPreventedAndTheCurrentContentShown) {
  api_.Connect("p1", Fails(ConflictError("it has changed", "specs/user-auth/design.md", "fff", "theirs")));
  const ApiAnswer answer = api_.Call("PUT", kDesign, R"({"content":"mine"})", {{"If-Match", "\"abc\""}});
  EXPECT_EQ(answer.status, 412);
  EXPECT_EQ(answer.json["currentHash"], "fff");
  EXPECT_EQ(answer.json["currentContent"], "theirs");
}

TEST_F(SpecRoutesTest, AWriteHasTheCallsRequestIdAndAReadOneOfItsOwn) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  api_.Call("PUT", kDesign, R"({"content":"new"})");
  EXPECT_EQ(agent.commands().back().request_id(), "request-1");
  api_.Call("GET", kSpecs);
  EXPECT_NE(agent.commands().back().request_id(), "request-1");
}

TEST_F(SpecRoutesTest, ArchivesAndBringsBack) {
  const ScriptedAgent& agent = api_.Connect("p1", AnswersEmpty());
  EXPECT_EQ(api_.Call("POST", "/api/projects/p1/specs/user-auth/archive", "{}").json["message"],
            "Spec 'user-auth' archived successfully");
  EXPECT_EQ(agent.LastCommand(), Json::parse(R"({"specArchive":{"name":"user-auth"}})"));
  EXPECT_EQ(api_.Call("POST", "/api/projects/p1/specs/user-auth/unarchive").json["message"],
            "Spec 'user-auth' unarchived successfully");
}

TEST_F(SpecRoutesTest, ArchivingASpecThatIsNotThereIsABadRequestAsTheContractHasIt) {
  api_.Connect("p1", Fails(absl::NotFoundError("there is no spec user-auth; spec-list names them")));
  EXPECT_EQ(api_.Call("POST", "/api/projects/p1/specs/user-auth/archive", "{}").status, 400);
  EXPECT_EQ(api_.Call("GET", "/api/projects/p1/specs/user-auth").status, 404);
  EXPECT_EQ(api_.Call("POST", "/api/projects/nowhere/specs/user-auth/archive", "{}").status, 404);
}

TEST_F(SpecRoutesTest, AViewerMayNotWrite) {
  api_.Connect("p1", AnswersEmpty());
  api_.role = Role::kViewer;
  EXPECT_EQ(api_.Call("PUT", kDesign, R"({"content":"new"})").status, 403);
  EXPECT_EQ(api_.Call("GET", kSpecs).status, 200);
}

}  // namespace
}  // namespace specrelay
