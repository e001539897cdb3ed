#include "mcp_agent/tasks/task_reader.h"

#include <string>
#include <tuple>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Kind = TaskDocumentLine::Kind;

std::vector<Kind> Kinds(absl::string_view document) {
  std::vector<Kind> kinds;
  TaskReader reader(document);
  while (const auto line = reader.Next()) kinds.push_back(line->kind);
  return kinds;
}

TEST(TaskReaderTest, LinesAreNumberedAndPlaced) {
  const std::string document = "one\r\n\n- [ ] 1. A";
  TaskReader reader(document, 7);
  for (const auto& [number, offset, text] :
       std::vector<std::tuple<int, size_t, std::string>>{{7, 0, "one\r"}, {8, 5, ""}, {9, 6, "- [ ] 1. A"}}) {
    const auto line = reader.Next();
    ASSERT_TRUE(line.has_value());
    EXPECT_EQ(line->number, number);
    EXPECT_EQ(line->offset, offset);
    EXPECT_EQ(line->text, text);
  }
  EXPECT_FALSE(reader.Next().has_value());
  EXPECT_FALSE(reader.Next().has_value());
}

TEST(TaskReaderTest, ALineFeedAtTheEndStartsNoLine) {
  EXPECT_THAT(Kinds(""), IsEmpty());
  EXPECT_THAT(Kinds("\n"), ElementsAre(Kind::kDetail));
  EXPECT_THAT(Kinds("a\n"), ElementsAre(Kind::kDetail));
  EXPECT_THAT(Kinds("a\n\n"), ElementsAre(Kind::kDetail, Kind::kDetail));
}

TEST(TaskReaderTest, CheckboxesAreTasksOnlyWithANumber) {
  EXPECT_THAT(Kinds("- [ ] 1. A\n- [ ] B\n- [X] 2. C\n"),
              ElementsAre(Kind::kTask, Kind::kOtherCheckbox, Kind::kDetail));
}

TEST(TaskReaderTest, AnOpenPromptTakesTheLinesBelowIt) {
  EXPECT_THAT(Kinds("_Prompt: a\nb\n_Blocked: c_\n\n_Blocked: d_\n"),
              ElementsAre(Kind::kDetail, Kind::kPromptContinued, Kind::kPromptContinued, Kind::kDetail, Kind::kDetail));
  EXPECT_THAT(Kinds("_Prompt: a_\nb\n"), ElementsAre(Kind::kDetail, Kind::kDetail));
  EXPECT_THAT(Kinds("_Prompt: a\n- [ ] 1. B\nc\n"), ElementsAre(Kind::kDetail, Kind::kTask, Kind::kDetail));
  EXPECT_THAT(Kinds("_Prompt: a\n- b\nc\n"), ElementsAre(Kind::kDetail, Kind::kDetail, Kind::kDetail));
}

}  // namespace
}  // namespace specrelay
