#include "tools/ctl/command_list.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_catalog.h"
#include "tools/ctl/testing/ctl_runner.h"

namespace specrelay {
namespace {

nlohmann::json FieldNamed(const nlohmann::json& command, const std::string& name) {
  for (const nlohmann::json& field : command["fields"]) {
    if (field["name"] == name) return field;
  }
  return nullptr;
}

nlohmann::json CommandNamed(const std::string& name) { return Ctl(CtlOptions(), {"commands", name}).OutJson(); }

TEST(CommandListTest, EveryCommandIsListedOnItsOwnLine) {
  const CtlResult result = Ctl(CtlOptions(), {"commands"});
  EXPECT_EQ(result.exit_code, 0);
  const nlohmann::json commands = result.OutJson()["commands"];
  ASSERT_EQ(commands.size(), CommandCatalog().size());
  EXPECT_GE(commands.size(), 37u);
  for (size_t i = 0; i < commands.size(); ++i) EXPECT_EQ(commands[i]["name"], std::string(CommandCatalog()[i].name));
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), static_cast<long>(commands.size()) + 2);
}

TEST(CommandListTest, ACommandShowsItsAccessAndTheJsonNamesOfItsFields) {
  const nlohmann::json write = CommandNamed("spec-document-write");
  EXPECT_EQ(write["access"], "write");
  EXPECT_EQ(FieldNamed(write, "name").dump(), R"({"name":"name","type":"string"})");
  EXPECT_EQ(FieldNamed(write, "baseHash")["optional"], true);
  EXPECT_EQ(FieldNamed(write, "document")["values"],
            nlohmann::json({"SPEC_DOCUMENT_REQUIREMENTS", "SPEC_DOCUMENT_DESIGN", "SPEC_DOCUMENT_TASKS"}));
  EXPECT_EQ(CommandNamed("spec-list").dump(), R"({"access":"read","fields":[],"name":"spec-list"})");
}

TEST(CommandListTest, FieldsWithinFieldsAreShown) {
  const nlohmann::json comments = FieldNamed(CommandNamed("approval-update"), "comments");
  EXPECT_EQ(comments["repeated"], true);
  EXPECT_EQ(comments["type"], "object");
  EXPECT_FALSE(FieldNamed(comments, "lineNumber").is_null());
  EXPECT_EQ(FieldNamed(CommandNamed("approval-create"), "metadata")["type"], "any JSON object");
}

TEST(CommandListTest, AnUnknownCommandIsAUsageError) {
  EXPECT_EQ(Ctl(CtlOptions(), {"commands", "spec-lst"}).exit_code, 1);
  EXPECT_EQ(Ctl(CtlOptions(), {"commands", "spec-list", "x"}).exit_code, 1);
}

}  // namespace
}  // namespace specrelay
