// The steering commands, through the executor on a real tree.
#include "mcp_agent/specs/steering_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kReadTech[] = R"({"steeringRead": {"document": "STEERING_DOCUMENT_TECH"}})";

v1::Command WriteTech(absl::string_view content) {
  v1::Command command;
  command.mutable_steering_write()->set_document(v1::STEERING_DOCUMENT_TECH);
  command.mutable_steering_write()->set_content(std::string(content));
  return command;
}

class SteeringStoreTest : public ::testing::Test {
 protected:
  const TempDir project_;
  ExecutorHarness harness_{project_.path()};
};

TEST_F(SteeringStoreTest, WithoutATreeNothingExistsAndReadingCreatesNothing) {
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult read, harness_.Execute(kReadTech));
  EXPECT_FALSE(read.steering_read().has_document());
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult status, harness_.Execute(R"({"steeringStatus": {}})"));
  EXPECT_TRUE(status.steering_status().has_status());
  EXPECT_FALSE(status.steering_status().status().exists());
  EXPECT_FALSE(status.steering_status().status().has_last_modified());
  EXPECT_FALSE(project_.Exists(".spec-context"));
}

TEST_F(SteeringStoreTest, EachDocumentHasItsFile) {
  for (const char* name : {"product", "tech", "structure", "principles"}) {
    v1::Command command;
    v1::SteeringDocument document;
    ASSERT_TRUE(v1::SteeringDocument_Parse(absl::StrCat("STEERING_DOCUMENT_", absl::AsciiStrToUpper(name)), &document));
    command.mutable_steering_write()->set_document(document);
    command.mutable_steering_write()->set_content(name);
    ASSERT_OK_AND_ASSIGN(const v1::CommandResult written, harness_.Execute(command));
    EXPECT_TRUE(written.steering_write().created());
    EXPECT_EQ(written.steering_write().version().hash(), Sha256Hex(name));
    EXPECT_EQ(project_.ReadFile(absl::StrCat(".spec-context/steering/", name, ".md")), name);
    command.mutable_steering_read()->set_document(document);
    ASSERT_OK_AND_ASSIGN(const v1::CommandResult read, harness_.Execute(command));
    EXPECT_EQ(read.steering_read().document().content(), name);
    EXPECT_EQ(read.steering_read().document().version().hash(), Sha256Hex(name));
  }
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult status, harness_.Execute(R"({"steeringStatus": {}})"));
  EXPECT_TRUE(status.steering_status().status().product() && status.steering_status().status().tech() &&
              status.steering_status().status().structure() && status.steering_status().status().principles());
}

TEST_F(SteeringStoreTest, StatusTellsWhatExistsAndTheLatestModification) {
  project_.MakeDirectory(".spec-context/steering");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult empty, harness_.Execute(R"({"steeringStatus": {}})"));
  EXPECT_TRUE(empty.steering_status().status().exists());
  EXPECT_FALSE(empty.steering_status().status().has_last_modified());

  project_.WriteFile(".spec-context/steering/product.md", "x");
  project_.WriteFile(".spec-context/steering/structure.md", "x");
  const timespec times[2] = {{2'000'000'000, 0}, {2'000'000'000, 0}};
  ASSERT_EQ(utimensat(AT_FDCWD, project_.Join(".spec-context/steering/product.md").c_str(), times, 0), 0);
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(R"({"steeringStatus": {}})"));
  const v1::SteeringStatus& status = result.steering_status().status();
  EXPECT_TRUE(status.product());
  EXPECT_FALSE(status.tech());
  EXPECT_TRUE(status.structure());
  EXPECT_FALSE(status.principles());
  EXPECT_EQ(FromProto(status.last_modified()), absl::FromUnixSeconds(2'000'000'000));
}

TEST_F(SteeringStoreTest, ADocumentThatIsNoneIsRefused) {
  for (const int document : {0, 5, -1}) {
    v1::Command read;
    read.mutable_steering_read()->set_document(static_cast<v1::SteeringDocument>(document));
    v1::Command write;
    write.mutable_steering_write()->set_document(static_cast<v1::SteeringDocument>(document));
    for (const v1::Command& command : {read, write}) {
      EXPECT_THAT(harness_.Execute(command),
                  IsStatus(absl::StatusCode::kInvalidArgument, StartsWith("Invalid steering document name")));
    }
  }
  EXPECT_FALSE(project_.Exists(".spec-context"));
}

TEST_F(SteeringStoreTest, AWriteOnAnotherBaseIsAConflict) {
  project_.WriteFile(".spec-context/steering/tech.md", "theirs");
  v1::Command command = WriteTech("mine");
  for (const std::string& base : {Sha256Hex("old"), std::string()}) {
    command.mutable_steering_write()->set_base_hash(base);
    const absl::Status status = harness_.Execute(command).status();
    EXPECT_THAT(status, HasCode(absl::StatusCode::kAborted));
    EXPECT_EQ(ToCommandError(status).conflict().path(), "steering/tech.md");
    EXPECT_EQ(ToCommandError(status).conflict().current_content(), "theirs");
  }
  EXPECT_EQ(project_.ReadFile(".spec-context/steering/tech.md"), "theirs");
  command.mutable_steering_write()->set_base_hash(Sha256Hex("theirs"));
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult result, harness_.Execute(command));
  EXPECT_FALSE(result.steering_write().created());
  EXPECT_EQ(project_.ReadFile(".spec-context/steering/tech.md"), "mine");
}

TEST_F(SteeringStoreTest, ContentThatIsNoTextOrTooLargeIsRefused) {
  EXPECT_THAT(harness_.Execute(WriteTech("\xFF")), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
  v1::AgentPolicy policy;
  policy.set_max_file_bytes(4);
  ExecutorHarness limited(project_.path(), policy);
  EXPECT_THAT(limited.Execute(WriteTech("12345")), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_FALSE(project_.Exists(".spec-context"));
  EXPECT_THAT(limited.Execute(WriteTech("1234")), IsOk());
}

TEST_F(SteeringStoreTest, ASymbolicLinkIsNeitherReadNorWrittenNorCounted) {
  const TempDir outside;
  outside.WriteFile("secret", "secret");
  project_.MakeDirectory(".spec-context/steering");
  ASSERT_EQ(symlink(outside.Join("secret").c_str(), project_.Join(".spec-context/steering/tech.md").c_str()), 0);
  EXPECT_THAT(harness_.Execute(kReadTech), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(harness_.Execute(WriteTech("mine")), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(outside.ReadFile("secret"), "secret");
  ASSERT_OK_AND_ASSIGN(const v1::CommandResult status, harness_.Execute(R"({"steeringStatus": {}})"));
  EXPECT_FALSE(status.steering_status().status().tech());
}

}  // namespace
}  // namespace specrelay
