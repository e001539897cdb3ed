#include "mcp_agent/guides/prompts.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

using Arguments = std::map<std::string, std::string>;

std::string Render(const std::string& name, const Arguments& arguments) {
  const absl::StatusOr<std::string> text = RenderPrompt(name, arguments);
  EXPECT_THAT(text.status(), IsOk());
  return text.value_or("");
}

// Arguments that `info` accepts: all of them, or only those that must be there.
Arguments Sample(const PromptInfo& info, bool all) {
  const std::map<PromptArgument::Kind, std::string> values = {{PromptArgument::Kind::kText, "some text"},
                                                              {PromptArgument::Kind::kSpecName, "user-auth"},
                                                              {PromptArgument::Kind::kTaskId, "2.1"},
                                                              {PromptArgument::Kind::kSteeringDocument, "tech"}};
  Arguments arguments;
  for (const PromptArgument& argument : info.arguments) {
    if (all || argument.required) arguments[argument.name] = values.at(argument.kind);
  }
  return arguments;
}

void ExpectInvalid(const std::string& name, const Arguments& arguments, const std::string& message) {
  const absl::Status status = RenderPrompt(name, arguments).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), HasSubstr(message));
}

TEST(PromptsTest, AreTheFiveOfTheWorkflow) {
  std::vector<std::string> names;
  for (const PromptInfo& info : Prompts()) {
    names.push_back(info.name);
    EXPECT_FALSE(info.title.empty()) << info.name;
    EXPECT_FALSE(info.description.empty()) << info.name;
    for (const PromptArgument& argument : info.arguments) EXPECT_FALSE(argument.description.empty()) << info.name;
  }
  EXPECT_THAT(names,
              ElementsAre("create-spec", "create-steering-doc", "implement-task", "spec-status", "refresh-tasks"));
}

TEST(PromptsTest, LeaveNoPlaceholderOpen) {
  for (const PromptInfo& info : Prompts()) {
    for (const bool all : {true, false}) {
      const std::string text = Render(info.name, Sample(info, all));
      EXPECT_THAT(text, AllOf(Not(HasSubstr("{{")), Not(HasSubstr("}}")), Not(HasSubstr("|")))) << info.name;
      EXPECT_GT(text.size(), 300u) << info.name;
      EXPECT_LT(text.size(), 6 * 1024u) << info.name;
    }
  }
}

TEST(PromptsTest, UseEveryArgumentThatTheyTake) {
  for (const PromptInfo& info : Prompts()) {
    const std::string text = Render(info.name, Sample(info, true));
    for (const auto& argument : Sample(info, true)) {
      EXPECT_THAT(text, HasSubstr(argument.second)) << info.name << " " << argument.first;
    }
  }
}

TEST(PromptsTest, SayWhatStandsForAnArgumentLeftOut) {
  EXPECT_THAT(Render("implement-task", {{"specName", "a"}}), HasSubstr("Which one: the next one."));
  EXPECT_THAT(Render("implement-task", {{"specName", "a"}, {"taskId", ""}}), HasSubstr("Which one: the next one."));
  EXPECT_THAT(Render("implement-task", {{"specName", "a"}, {"taskId", "2.1"}}), HasSubstr("Which one: 2.1."));
  EXPECT_THAT(Render("spec-status", {}), HasSubstr("every spec of this project"));
}

TEST(PromptsTest, SendSpecsThroughTheirApprovals) {
  EXPECT_THAT(Render("create-spec", {{"specName", "a"}}),
              AllOf(HasSubstr("`spec-workflow-guide`"), HasSubstr("`wait-for-approval`"), HasSubstr("Never start")));
  EXPECT_THAT(Render("refresh-tasks", {{"specName", "a"}}),
              AllOf(HasSubstr("`approvals`"), HasSubstr("`wait-for-approval`")));
  EXPECT_THAT(Render("create-steering-doc", {{"document", "tech"}}),
              AllOf(HasSubstr("`steering-guide`"), HasSubstr("`wait-for-approval`")));
}

TEST(PromptsTest, SendTasksThroughTheirLog) {
  const std::string text = Render("implement-task", {{"specName", "a"}});
  EXPECT_THAT(text, AllOf(HasSubstr("`task-next`"), HasSubstr("`search-logs`"), HasSubstr("`log-implementation`"),
                          HasSubstr("`task-update`")));
  EXPECT_LT(text.find("`log-implementation`"), text.find("status `completed`"));
}

TEST(PromptsTest, TakeTextAsItIs) {
  const std::string text = Render("create-spec", {{"specName", "a"}, {"description", "{{specName}} \"quoted\" }}"}});
  EXPECT_THAT(text, HasSubstr("{{specName}} \"quoted\" }}"));
}

TEST(PromptsTest, RefuseWhatTheyDoNotKnow) {
  ExpectInvalid("write-novel", {}, "there is no prompt 'write-novel'; there are create-spec");
  ExpectInvalid("create-spec", {{"specName", "a"}, {"colour", "red"}},
                "prompt create-spec has no argument 'colour'; it has specName, description");
}

TEST(PromptsTest, RefuseToDoWithoutWhatTheyNeed) {
  ExpectInvalid("create-spec", {{"description", "x"}}, "prompt create-spec needs the argument specName");
  ExpectInvalid("create-steering-doc", {{"document", ""}}, "needs the argument document");
}

TEST(PromptsTest, RefuseValuesOfTheWrongKind) {
  ExpectInvalid("create-spec", {{"specName", "../etc"}}, "spec name");
  for (const char* id : {"first", "1.", ".1", "1..2", "1 2", "-1"}) {
    ExpectInvalid("implement-task", {{"specName", "a"}, {"taskId", id}}, "is no number of a task");
  }
  ExpectInvalid("create-steering-doc", {{"document", "novel"}}, "give one of product, tech, structure, principles");
}

TEST(PromptsTest, RefuseTextThatIsTooLongOrNotUtf8) {
  ExpectInvalid("create-spec", {{"specName", "a"}, {"description", std::string((16 << 10) + 1, 'x')}},
                "argument description has over 16384 bytes");
  ExpectInvalid("create-spec", {{"specName", "a"}, {"description", "\xff"}}, "is not UTF-8");
  EXPECT_THAT(RenderPrompt("create-spec", {{"specName", "a"}, {"description", std::string(16 << 10, 'x')}}), IsOk());
}

}  // namespace
}  // namespace specrelay
