#include "proto/support/command_catalog.h"

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(CommandCatalogTest, HasEveryCommandWithItsTraitsAndItsResult) {
  EXPECT_EQ(static_cast<int>(CommandCatalog().size()), v1::Command::descriptor()->field_count());
  for (const CommandInfo& info : CommandCatalog()) {
    EXPECT_EQ(absl::StrReplaceAll(info.name, {{"-", "_"}}), info.field->name());
    EXPECT_NE(info.access, v1::COMMAND_ACCESS_UNSPECIFIED) << info.name;
    ASSERT_NE(info.result_field, nullptr) << info.name;
    EXPECT_EQ(info.field->number(), info.result_field->number()) << info.name;
    EXPECT_EQ(FindCommandByName(info.name), &info);
  }
}

TEST(CommandCatalogTest, FindsTheCommandThatAMessageCarries) {
  v1::Command command;
  EXPECT_EQ(FindCommand(command), nullptr);
  command.mutable_file_write();
  ASSERT_NE(FindCommand(command), nullptr);
  EXPECT_EQ(FindCommand(command)->name, "file-write");
  EXPECT_EQ(FindCommand(command)->access, v1::COMMAND_ACCESS_WRITE);
}

TEST(CommandCatalogTest, DoesNotFindAnUnknownName) { EXPECT_EQ(FindCommandByName("spec-explode"), nullptr); }

}  // namespace
}  // namespace specrelay
