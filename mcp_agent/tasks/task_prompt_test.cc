#include "mcp_agent/tasks/task_prompt.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The sections, each as "key=value".
std::vector<std::string> Sections(absl::string_view prompt) {
  std::vector<std::string> sections;
  for (const v1::PromptSection& section : ParsePromptSections(prompt)) {
    sections.push_back(section.key() + "=" + section.value());
  }
  return sections;
}

TEST(TaskPromptTest, APromptWithoutBarsHasNoSections) {
  EXPECT_THAT(Sections(""), IsEmpty());
  EXPECT_THAT(Sections("just do the thing"), IsEmpty());
  EXPECT_THAT(Sections("Role: Dev. Task: work"), IsEmpty());
}

TEST(TaskPromptTest, EachPartIsAKeyAndAValue) {
  EXPECT_THAT(Sections("Role: Dev | Task: work | Anything: else: more"),
              ElementsAre("Role=Dev", "Task=work", "Anything=else: more"));
  EXPECT_THAT(Sections("Role:Dev|Task:work||"), ElementsAre("Role=Dev", "Task=work"));
}

TEST(TaskPromptTest, ThePreambleOfTheFirstPartIsSkipped) {
  EXPECT_THAT(Sections("Implement the task. Role: Dev | Task: work"), ElementsAre("Role=Dev", "Task=work"));
  EXPECT_THAT(Sections("| Note: read this first. role: Dev | Task: work"), ElementsAre("role=Dev", "Task=work"));
  EXPECT_THAT(Sections("Role: Dev Context: here | Task: work"), ElementsAre("Context=here", "Task=work"));
  EXPECT_THAT(Sections("Read: this | Task: work"), ElementsAre("Task=work"));
}

TEST(TaskPromptTest, OnlyAWholeWordIsAKnownKeyAndOnlyWhereItOccursFirst) {
  EXPECT_THAT(Sections("Role: with SubTask: and _Leverage: | A: b"),
              ElementsAre("Role=with SubTask: and _Leverage:", "A=b"));
  EXPECT_THAT(Sections("Role: a Task: b, see Role: c | D: e"), ElementsAre("Task=b, see Role: c", "D=e"));
}

TEST(TaskPromptTest, APartWithoutKeyOrValueContinuesTheOneBefore) {
  EXPECT_THAT(Sections("Role: Dev | or Ops | Task: work | : odd | also:"),
              ElementsAre("Role=Dev | or Ops", "Task=work | : odd | also:"));
  EXPECT_THAT(Sections("no key | nor here | Task: work"), ElementsAre("Task=work"));
  EXPECT_THAT(Sections("a | b"), IsEmpty());
  EXPECT_THAT(Sections("|||"), IsEmpty());
}

TEST(TaskPromptTest, UnderscoresAtTheEndsAreEmphasis) {
  EXPECT_THAT(Sections("Role: _ Dev _ | _Task_: __work__ | _more_ | __"), ElementsAre("Role=Dev", "Task=work | more"));
  EXPECT_THAT(Sections("Role: Dev | Task: snake_case"), ElementsAre("Role=Dev", "Task=snake_case"));
}

}  // namespace
}  // namespace specrelay
