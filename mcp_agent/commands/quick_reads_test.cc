#include "mcp_agent/commands/quick_reads.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/command_catalog.h"
#include "proto/support/json.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(IsQuickReadTest, OnlyCommandsThatReadAndNeverWaitAreQuick) {
  int quick = 0;
  for (const CommandInfo& info : CommandCatalog()) {
    v1::Command command;
    command.GetReflection()->MutableMessage(&command, info.field);
    if (!IsQuickRead(command)) continue;
    ++quick;
    EXPECT_EQ(info.access, v1::COMMAND_ACCESS_READ) << info.name;
    EXPECT_THAT(std::string(info.name), testing::Not(testing::HasSubstr("wait")));
  }
  EXPECT_EQ(quick, 8);
  EXPECT_FALSE(IsQuickRead(v1::Command()));
}

TEST(IsQuickReadTest, AFileOutsideTheTreeMayBeOnAnyFileSystem) {
  v1::Command command;
  command.mutable_file_read()->set_path("main.cc");
  EXPECT_TRUE(IsQuickRead(command));
  command.mutable_file_read()->set_root(v1::FILE_ROOT_TREE);
  EXPECT_TRUE(IsQuickRead(command));
  command.mutable_file_read()->set_root(v1::FILE_ROOT_PROJECT);
  EXPECT_FALSE(IsQuickRead(command));
}

class QuickReadsTest : public testing::Test {
 protected:
  QuickReadsTest() {
    Put("steering/product.md", "# Product\n");
    Put("specs/a/requirements.md", "# R\n");
    Put("specs/a/design.md", "# D\n");
    Put("specs/a/tasks.md", "- [x] 1. One\n");
  }

  void Put(absl::string_view path, absl::string_view bytes) {
    project_.WriteFile(absl::StrCat(".spec-context/", path), bytes);
  }

  absl::optional<v1::CommandOutcome> Try(absl::string_view command_json) {
    v1::CommandDelivery delivery;
    EXPECT_THAT(FromJson(command_json, *delivery.mutable_command()), IsOk());
    EXPECT_TRUE(IsQuickRead(delivery.command()));
    delivery.set_request_id("r1");
    return quick_.TryExecute(delivery);
  }

  const TempDir project_;
  ExecutorHarness harness_{project_.path()};
  QuickReads quick_{harness_.environment()};
};

TEST_F(QuickReadsTest, SmallDocumentsAreReadAsOtherwise) {
  for (const char* command :
       {R"({"steeringRead": {"document": "STEERING_DOCUMENT_PRODUCT"}})", R"({"steeringStatus": {}})",
        R"({"specRead": {"name": "a"}})", R"({"taskProgress": {"specName": "a"}})",
        R"({"fileRead": {"path": "specs/a/design.md"}})"}) {
    const absl::optional<v1::CommandOutcome> outcome = Try(command);
    ASSERT_TRUE(outcome.has_value()) << command;
    EXPECT_EQ(outcome->request_id(), "r1");
    ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(command));
    EXPECT_EQ(outcome->result().SerializeAsString(), result.SerializeAsString()) << command;
  }
}

TEST_F(QuickReadsTest, AFailureIsAnOutcome) {
  const absl::optional<v1::CommandOutcome> outcome = Try(R"({"specRead": {"name": "none"}})");
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->error().code(), static_cast<int>(absl::StatusCode::kNotFound));
}

TEST_F(QuickReadsTest, TakesNoMoreCallsThanOtherwise) {
  Try(R"({"specRead": {"name": "a"}})");
  const int stats = harness_.tree().calls("Stat");
  const int reads = harness_.tree().calls("Read");
  harness_.tree().Reset();
  ASSERT_THAT(harness_.Execute(R"({"specRead": {"name": "a"}})"), IsOk());
  EXPECT_EQ(harness_.tree().calls("Stat"), stats);
  EXPECT_EQ(harness_.tree().calls("Read"), reads);
}

TEST_F(QuickReadsTest, WhatIsLargeIsLeftToOthers) {
  const std::string most(QuickReads::kMaxBytes, 'x');
  Put("steering/product.md", most);
  Put("steering/tech.md", most + "x");
  EXPECT_TRUE(Try(R"({"steeringRead": {"document": "STEERING_DOCUMENT_PRODUCT"}})").has_value());
  EXPECT_FALSE(Try(R"({"steeringRead": {"document": "STEERING_DOCUMENT_TECH"}})").has_value());
  EXPECT_FALSE(Try(R"({"fileRead": {"path": "steering/tech.md"}})").has_value());
  Put("specs/a/design.md", most);
  EXPECT_FALSE(Try(R"({"specRead": {"name": "a"}})").has_value()) << "together they are large";
  EXPECT_TRUE(Try(R"({"taskProgress": {"specName": "a"}})").has_value()) << "each command begins anew";
}

TEST_F(QuickReadsTest, AFileOverTheOwnersLimitIsRefusedWhereItIsRead) {
  v1::AgentPolicy policy;
  policy.set_max_file_bytes(100);
  ExecutorHarness strict(project_.path(), policy);
  QuickReads quick(strict.environment());
  Put("steering/product.md", std::string(101, 'x'));
  v1::CommandDelivery delivery;
  delivery.mutable_command()->mutable_file_read()->set_path("steering/product.md");
  const absl::optional<v1::CommandOutcome> outcome = quick.TryExecute(delivery);
  ASSERT_TRUE(outcome.has_value());
  EXPECT_EQ(outcome->error().code(), static_cast<int>(absl::StatusCode::kResourceExhausted));
}

TEST_F(QuickReadsTest, AListIsGivenOnlyWhenItIsBelieved) {
  harness_.set_generation(1);
  EXPECT_FALSE(Try(R"({"specList": {}})").has_value());
  EXPECT_EQ(harness_.tree().calls("List"), 0);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult listed, harness_.Execute(R"({"specList": {}})"));
  const absl::optional<v1::CommandOutcome> believed = Try(R"({"specList": {}})");
  ASSERT_TRUE(believed.has_value());
  EXPECT_EQ(believed->result().SerializeAsString(), listed.SerializeAsString());
  harness_.set_generation(absl::nullopt);
  EXPECT_FALSE(Try(R"({"specList": {}})").has_value());
}

}  // namespace
}  // namespace specrelay
