#include "tools/ctl/output.h"

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "specrelay/v1/relay.pb.h"
#include "tools/ctl/help.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

nlohmann::json Parse(const std::string& line) { return nlohmann::json::parse(line, nullptr, false); }

TEST(OutputTest, EachKindOfFailureHasItsExitCode) {
  EXPECT_EQ(ExitCodeFor(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeFor(UsageError("x")), 1);
  EXPECT_EQ(ExitCodeFor(absl::InvalidArgumentError("x")), 2);
  EXPECT_EQ(ExitCodeFor(absl::NotFoundError("x")), 3);
  EXPECT_EQ(ExitCodeFor(absl::PermissionDeniedError("x")), 4);
  EXPECT_EQ(ExitCodeFor(absl::UnauthenticatedError("x")), 4);
  EXPECT_EQ(ExitCodeFor(absl::UnavailableError("x")), 5);
  EXPECT_EQ(ExitCodeFor(absl::AbortedError("x")), 6);
  EXPECT_EQ(ExitCodeFor(absl::FailedPreconditionError("x")), 7);
  EXPECT_EQ(ExitCodeFor(absl::AlreadyExistsError("x")), 7);
  EXPECT_EQ(ExitCodeFor(absl::ResourceExhaustedError("x")), 8);
  EXPECT_EQ(ExitCodeFor(absl::DeadlineExceededError("x")), 9);
  EXPECT_EQ(ExitCodeFor(absl::InternalError("x")), 10);
  EXPECT_EQ(ExitCodeFor(absl::UnimplementedError("x")), 10);
  EXPECT_EQ(ExitCodeFor(absl::UnknownError("x")), 10);
}

TEST(OutputTest, ASentenceIsToldAsItIsWithItsOwnExitCode) {
  const absl::Status status = SentenceError(2, "the \"file\" is gone");
  EXPECT_EQ(ExitCodeFor(status), 2);
  EXPECT_EQ(ErrorLine(status), "the \"file\" is gone");
}

TEST(OutputTest, AnUnknownOutcomeGoesBeforeTheCode) {
  EXPECT_EQ(ExitCodeFor(WithCommand(absl::UnavailableError("x"), "r1", v1::COMMAND_STATE_UNKNOWN)), 9);
  EXPECT_EQ(ExitCodeFor(WithCommand(absl::UnavailableError("x"), "r1", v1::COMMAND_STATE_FAILED)), 5);
}

TEST(OutputTest, HelpExplainsEveryExitCode) {
  for (int code = 0; code <= 10; ++code) {
    EXPECT_THAT(std::string(HelpText()), HasSubstr(absl::StrCat("\n  ", code, code < 10 ? "   " : "  ")));
  }
}

TEST(OutputTest, AnErrorIsOneLineOfJsonWithMessageAndCode) {
  const std::string line = ErrorLine(absl::NotFoundError("no \"such\"\nthing \xff"));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(Parse(line)["error"], "no \"such\"\nthing \xef\xbf\xbd");
  EXPECT_EQ(Parse(line)["code"], "NOT_FOUND");
  EXPECT_EQ(Parse(line).size(), 2u);
  EXPECT_EQ(Parse(ErrorLine(UsageError("x")))["code"], "USAGE");
}

TEST(OutputTest, AnErrorCarriesWhatTheRelaySaidOfIt) {
  const absl::Status status =
      WithCommand(ConflictError("changed", "specs/a/tasks.md", "abc", "text"), "r1", v1::COMMAND_STATE_CONFLICT);
  const nlohmann::json json = Parse(ErrorLine(FromGrpcStatus(ToGrpcStatus(status))));
  EXPECT_EQ(json["error"], "changed");
  EXPECT_EQ(json["code"], "ABORTED");
  EXPECT_EQ(json["requestId"], "r1");
  EXPECT_EQ(json["state"], "COMMAND_STATE_CONFLICT");
  EXPECT_EQ(json["conflict"]["currentHash"], "abc");
  EXPECT_EQ(json["conflict"]["currentContent"], "dGV4dA==");
}

TEST(OutputTest, AMessageIsOneLineAndItsListIsThereWhenEmpty) {
  std::ostringstream out;
  v1::ListProjectsResponse response;
  ASSERT_THAT(PrintMessage(out, response, "projects"), IsOk());
  response.add_projects()->set_project_id("p1");
  ASSERT_THAT(PrintMessage(out, response, "projects"), IsOk());
  EXPECT_EQ(out.str(), "{\"projects\":[]}\n{\"projects\":[{\"projectId\":\"p1\"}]}\n");
}

TEST(OutputTest, OutputThatNobodyCanReadIsAFailure) {
  std::ostringstream out;
  out.setstate(std::ios::badbit);
  EXPECT_THAT(PrintLine(out, "x"), IsStatus(absl::StatusCode::kDataLoss, HasSubstr("standard output")));
}

}  // namespace
}  // namespace specrelay
