#include "mcp_agent/commands/command_executor.h"

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/unknown_field_set.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/command_catalog.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/version.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class CommandExecutorTest : public ::testing::Test {
 protected:
  const TempDir project_;
  ExecutorHarness harness_{project_.path()};
};

// The command that sets `info`'s field to its default message.
v1::Command EmptyCommand(const CommandInfo& info) {
  v1::Command command;
  command.GetReflection()->MutableMessage(&command, info.field);
  return command;
}

TEST_F(CommandExecutorTest, EveryCommandOfTheContractEndsInOneWellFormedOutcome) {
  for (const CommandInfo& info : CommandCatalog()) {
    const absl::Status status = harness_.Execute(EmptyCommand(info)).status();  // The harness checks the outcome.
    EXPECT_FALSE(absl::IsUnimplemented(status)) << info.name << ": " << status;
    EXPECT_FALSE(absl::IsInternal(status)) << info.name << ": " << status;
  }
}

TEST_F(CommandExecutorTest, ACommandThatThisVersionDoesNotKnowAsksForAnUpdate) {
  v1::Command unknown;
  unknown.GetReflection()->MutableUnknownFields(&unknown)->AddLengthDelimited(9999, "new");
  for (const v1::Command& command : {v1::Command(), unknown}) {
    EXPECT_THAT(harness_.Execute(command), IsStatus(absl::StatusCode::kUnimplemented,
                                                    absl::StrCat("this agent (version ", kVersion,
                                                                 ") does not know the command; update the agent")));
  }
}

TEST_F(CommandExecutorTest, ADeliveryWithNothingInItStillGetsAnOutcome) {
  const v1::CommandOutcome outcome = harness_.Deliver(v1::CommandDelivery());
  EXPECT_EQ(outcome.request_id(), "");
  EXPECT_EQ(outcome.state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(outcome.error().code(), static_cast<int>(absl::StatusCode::kUnimplemented));
}

TEST_F(CommandExecutorTest, AnExceptionBecomesAnInternalErrorAndTheExecutorGoesOn) {
  harness_.tree().set_hook([](absl::string_view operation, absl::string_view path) -> absl::Status {
    throw std::runtime_error("the roof is on fire");
  });
  EXPECT_THAT(harness_.Execute(R"({"specList": {}})"),
              IsStatus(absl::StatusCode::kInternal, AllOf(HasSubstr("spec-list"), HasSubstr("the roof is on fire"))));
  harness_.tree().set_hook([](absl::string_view operation, absl::string_view path) -> absl::Status { throw 42; });
  EXPECT_THAT(harness_.Execute(R"({"specList": {}})"), HasCode(absl::StatusCode::kInternal));
  harness_.tree().set_hook(nullptr);
  EXPECT_THAT(harness_.Execute(R"({"specList": {}})"), IsOk());
}

TEST_F(CommandExecutorTest, AnExceptionUnderTheLockReleasesIt) {
  harness_.tree().set_hook([](absl::string_view operation, absl::string_view path) -> absl::Status {
    if (operation == "Stage") throw std::bad_alloc();
    return absl::OkStatus();
  });
  constexpr char kWrite[] = R"({"fileWrite": {"path": "a.txt", "content": "YQ=="}})";
  EXPECT_THAT(harness_.Execute(kWrite), HasCode(absl::StatusCode::kInternal));
  harness_.tree().set_hook(nullptr);
  EXPECT_THAT(harness_.Execute(kWrite), IsOk());
  EXPECT_EQ(project_.ReadFile(".spec-context/a.txt"), "a");
}

TEST_F(CommandExecutorTest, AProjectThatIsGoneIsNotTakenForAnEmptyOne) {
  const TempDir parent;
  parent.MakeDirectory("project");
  ExecutorHarness harness(parent.Join("project"));
  parent.Remove("project");
  for (const char* command :
       {R"({"specList": {}})", R"({"projectInfo": {}})", R"({"fileWrite": {"path": "a.txt", "content": "YQ=="}})"}) {
    EXPECT_THAT(harness.Execute(command), HasCode(absl::StatusCode::kFailedPrecondition)) << command;
  }
  EXPECT_FALSE(parent.Exists("project"));
}

TEST_F(CommandExecutorTest, ReadersAndWritersAtOnceSeeWholeDocuments) {
  const std::string a(50'000, 'a');
  const std::string b(70'000, 'b');
  project_.WriteFile(".spec-context/specs/s/design.md", a);
  std::vector<std::thread> threads;
  for (const std::string& content : {a, b}) {
    threads.emplace_back([this, content] {
      v1::Command write;
      write.mutable_spec_document_write()->set_name("s");
      write.mutable_spec_document_write()->set_document(v1::SPEC_DOCUMENT_DESIGN);
      write.mutable_spec_document_write()->set_content(content);
      for (int i = 0; i < 50; ++i) EXPECT_THAT(harness_.Execute(write), IsOk());
    });
  }
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        const absl::StatusOr<v1::CommandResult> read = harness_.Execute(R"({"specRead": {"name": "s"}})");
        ASSERT_THAT(read, IsOk());
        const std::string& content = read->spec_read().design().content();
        ASSERT_TRUE(content == a || content == b) << content.size();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace specrelay
