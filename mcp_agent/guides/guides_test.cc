#include "mcp_agent/guides/guides.h"

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/approvals/tasks_validator.h"
#include "mcp_agent/guides/prompts.h"
#include "mcp_agent/tasks/task_parser.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr size_t kMaxGuideBytes = 6 * 1024;

const std::vector<std::pair<std::string, Guide>>& AllGuides() {
  static const auto& guides =
      *new std::vector<std::pair<std::string, Guide>>{{"spec-workflow-guide", Guide::kSpecWorkflow},
                                                      {"steering-guide", Guide::kSteering},
                                                      {"get-implementer-guide", Guide::kImplementer},
                                                      {"get-reviewer-guide", Guide::kReviewer},
                                                      {"get-brainstorm-guide", Guide::kBrainstorm}};
  return guides;
}

std::string Text(Guide guide) { return std::string(GuideText(guide)); }

// Words in backquotes that look like the name of a tool: small letters with hyphens.
std::set<std::string> QuotedNames(absl::string_view text) {
  std::set<std::string> names;
  for (size_t open = text.find('`'); open != absl::string_view::npos; open = text.find('`')) {
    text.remove_prefix(open + 1);
    const size_t close = text.find('`');
    if (close == absl::string_view::npos) break;
    const absl::string_view word = text.substr(0, close);
    const bool like_a_tool =
        absl::StrContains(word, '-') && word.find_first_not_of("abcdefghijklmnopqrstuvwxyz-") == word.npos;
    if (like_a_tool) names.emplace(word);
    text.remove_prefix(close + 1);
  }
  return names;
}

TEST(GuidesTest, EachIsAShortMarkdownTextUnderAHeading) {
  for (const auto& [name, guide] : AllGuides()) {
    const std::string text = Text(guide);
    EXPECT_TRUE(absl::StartsWith(text, "# ")) << name;
    EXPECT_GT(text.size(), 1500u) << name;
    EXPECT_LT(text.size(), kMaxGuideBytes) << name;
  }
}

TEST(GuidesTest, EveryToolThatIsMentionedExists) {
  const std::set<std::string> tools = {
      "spec-workflow-guide",  "steering-guide",     "spec-status",           "approvals",
      "wait-for-approval",    "log-implementation", "get-implementer-guide", "get-reviewer-guide",
      "get-brainstorm-guide", "task-next",          "task-update",           "request-input",
      "search-logs"};
  // Values and names of other kinds.
  const std::set<std::string> others = {"needs-revision", "user-auth", "in-progress"};
  std::vector<std::string> texts;
  for (const auto& entry : AllGuides()) texts.push_back(Text(entry.second));
  for (const PromptInfo& prompt : Prompts()) {
    ASSERT_OK_AND_ASSIGN(texts.emplace_back(),
                         RenderPrompt(prompt.name, {{prompt.arguments[0].name,
                                                     prompt.arguments[0].name == "document" ? "tech" : "user-auth"}}));
  }
  std::set<std::string> mentioned;
  for (const std::string& text : texts) mentioned.merge(QuotedNames(text));
  for (const std::string& name : mentioned) EXPECT_EQ(tools.count(name) + others.count(name), 1u) << name;
  for (const std::string& tool : tools) {
    if (tool == "approvals") continue;  // looks like any other word
    EXPECT_EQ(mentioned.count(tool), 1u) << tool << " is told of nowhere";
  }
}

TEST(GuidesTest, TheWorkflowNamesItsPhasesInOrder) {
  const std::string text = Text(Guide::kSpecWorkflow);
  EXPECT_THAT(text, HasSubstr("steering (once a project) → requirements → approval → design → approval → tasks → "
                              "approval → implementation"));
  size_t at = 0;
  for (const char* phase : {"## Before you begin", "## Phase 1: requirements.md", "## Phase 2: design.md",
                            "## Phase 3: tasks.md", "## Getting an approval", "## Phase 4: implementation"}) {
    const size_t next = text.find(phase, at);
    ASSERT_NE(next, std::string::npos) << phase;
    at = next;
  }
}

TEST(GuidesTest, TheWorkflowLeavesNoWayAroundAnApproval) {
  EXPECT_THAT(Text(Guide::kSpecWorkflow),
              AllOf(HasSubstr("Never start the next phase without an approval"), HasSubstr("is not an approval"),
                    HasSubstr("do not edit files below `.spec-context/approvals`")));
}

TEST(GuidesTest, TheWorkflowSaysWhatEachDecisionAsksFor) {
  EXPECT_THAT(Text(Guide::kSpecWorkflow),
              AllOf(HasSubstr("action `request`"), HasSubstr("action `delete`"), HasSubstr("- `approved`:"),
                    HasSubstr("- `needs-revision`:"), HasSubstr("- `rejected`:"), HasSubstr("`comments`"),
                    HasSubstr("If it returns\n   undecided, call it again"), HasSubstr("deleted meanwhile")));
}

TEST(GuidesTest, TheWorkflowTellsTheFormOfTasks) {
  EXPECT_THAT(Text(Guide::kSpecWorkflow),
              AllOf(HasSubstr("`[ ]` pending"), HasSubstr("`[-]` in progress"), HasSubstr("`[x]` completed"),
                    HasSubstr("`[~]` blocked"), HasSubstr("`_Leverage:_`"), HasSubstr("`_Requirements:_`"),
                    HasSubstr("`_Prompt:_`")));
}

TEST(GuidesTest, TheWorkflowNamesEveryPartThatPromptsMayHave) {
  for (const char* key :
       {"Role", "Task", "Context", "Instructions", "Requirements", "Leverage", "Restrictions", "Success"}) {
    EXPECT_THAT(Text(Guide::kSpecWorkflow), HasSubstr(key));
    EXPECT_THAT(Text(Guide::kImplementer), HasSubstr(key));
  }
}

TEST(GuidesTest, TheExampleOfTheWorkflowIsReadAsItIsMeant) {
  const std::string text = Text(Guide::kSpecWorkflow);
  const size_t begin = text.find("    - [ ] 1. Group");
  ASSERT_NE(begin, std::string::npos);
  const std::string example = text.substr(begin, text.find("\n\n", begin) - begin);
  EXPECT_THAT(ValidateTasks(example), SizeIs(0));
  const ParsedTasks parsed = ParseTasks(example);
  ASSERT_THAT(parsed.tasks, SizeIs(2));
  EXPECT_TRUE(parsed.tasks[0].is_header());
  const v1::Task& task = parsed.tasks[1];
  EXPECT_EQ(task.id(), "1.1");
  EXPECT_THAT(task.files(), ElementsAre("src/session.ts", "src/session_test.ts"));
  EXPECT_THAT(task.purposes(), ElementsAre("Remember who is signed in"));
  EXPECT_THAT(task.implementation_details(), ElementsAre("Sessions end after 24 hours"));
  EXPECT_EQ(task.leverage(), "src/store.ts");
  EXPECT_THAT(task.requirements(), ElementsAre("1.1", "1.2"));
  EXPECT_THAT(task.prompt_sections(), SizeIs(4));
}

TEST(GuidesTest, TheImplementerLearnsWhatALogEntryHolds) {
  const std::string text = Text(Guide::kImplementer);
  for (const char* field : {"`specName`", "`taskId`", "`summary`", "`filesModified`", "`filesCreated`", "`statistics`",
                            "`linesAdded`", "`linesRemoved`", "`filesChanged`", "`artifacts`, required",
                            "`apiEndpoints`", "`components`", "`functions`", "`classes`", "`integrations`"}) {
    EXPECT_THAT(text, HasSubstr(field));
  }
}

TEST(GuidesTest, TheImplementerTakesLogsAndCompletesATaskInThisOrder) {
  const std::string text = Text(Guide::kImplementer);
  size_t at = 0;
  for (const char* step : {"`task-next` with", "`search-logs` for", "`log-implementation` before",
                           "`get-reviewer-guide`", "`task-update` with `specName`"}) {
    const size_t next = text.find(step, at);
    ASSERT_NE(next, std::string::npos) << step;
    at = next;
  }
}

TEST(GuidesTest, SteeringIsApprovedDocumentByDocument) {
  EXPECT_THAT(
      Text(Guide::kSteering),
      AllOf(HasSubstr("product.md"), HasSubstr("tech.md"), HasSubstr("structure.md"), HasSubstr("principles.md"),
            HasSubstr("`category: steering`, `categoryName: steering`"), HasSubstr("`wait-for-approval`")));
}

TEST(GuidesTest, BrainstormingApprovesNothing) {
  EXPECT_THAT(Text(Guide::kBrainstorm), AllOf(HasSubstr("it approves nothing"), HasSubstr("`request-input`")));
}

TEST(TemplatesTest, ThereIsOneForEachDocument) {
  std::vector<std::string> documents;
  for (const DocumentTemplate& entry : DocumentTemplates()) {
    documents.emplace_back(entry.document);
    EXPECT_EQ(entry.file_name, absl::StrCat(entry.document, "-template.md"));
    EXPECT_TRUE(absl::StartsWith(entry.text, absl::StrCat("# ", entry.title))) << entry.document;
    EXPECT_LT(entry.text.size(), kMaxGuideBytes);
    EXPECT_EQ(TemplateText(entry.document), entry.text);
  }
  EXPECT_THAT(documents, ElementsAre("requirements", "design", "tasks", "product", "tech", "structure", "principles"));
}

TEST(TemplatesTest, ADocumentThatDoesNotExistHasNone) {
  EXPECT_EQ(TemplateText("novel"), absl::nullopt);
  EXPECT_EQ(TemplateText(""), absl::nullopt);
}

TEST(TemplatesTest, TheTasksCanBeWorkedWithAsTheyStand) {
  const absl::string_view text = *TemplateText("tasks");
  EXPECT_THAT(ValidateTasks(text), SizeIs(0));
  const ParsedTasks parsed = ParseTasks(text);
  EXPECT_EQ(parsed.summary.total(), 5);
  EXPECT_EQ(parsed.summary.pending(), 5);
  EXPECT_EQ(parsed.summary.headers(), 2);
  for (const v1::Task& task : parsed.tasks) {
    if (task.is_header()) continue;
    EXPECT_THAT(task.requirements(), Not(testing::IsEmpty())) << task.id();
    EXPECT_THAT(task.files(), SizeIs(1)) << task.id();
    ASSERT_GE(task.prompt_sections_size(), 4) << task.id();
    EXPECT_EQ(task.prompt_sections(0).key(), "Role");
    EXPECT_EQ(task.prompt_sections(task.prompt_sections_size() - 1).key(), "Success");
  }
}

}  // namespace
}  // namespace specrelay
