#include "proto/support/command_error.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

TEST(CommandErrorTest, AConflictKeepsItsFactsThroughGrpc) {
  const absl::Status conflict = ConflictError("changed meanwhile", "specs/a/design.md", "abcd", "now");
  const absl::Status received = FromGrpcStatus(ToGrpcStatus(WithCommand(conflict, "r1", FinalState(conflict))));
  EXPECT_THAT(received, IsStatus(absl::StatusCode::kAborted, "changed meanwhile"));
  const v1::CommandError error = ToCommandError(received);
  EXPECT_EQ(error.request_id(), "r1");
  EXPECT_EQ(error.state(), v1::COMMAND_STATE_CONFLICT);
  EXPECT_EQ(error.conflict().path(), "specs/a/design.md");
  EXPECT_EQ(error.conflict().current_hash(), "abcd");
  EXPECT_EQ(error.conflict().current_content(), "now");
}

TEST(CommandErrorTest, DetailsThatDoNotFitIntoTrailersLeaveTheContentOut) {
  const absl::Status conflict = ConflictError("changed", "a", "abcd", std::string(100'000, 'x'));
  const grpc::Status status = ToGrpcStatus(conflict);
  EXPECT_LE(status.error_details().size(), kDefaultMaxDetailsBytes);
  const v1::CommandError error = ToCommandError(FromGrpcStatus(status));
  EXPECT_TRUE(error.conflict().content_omitted());
  EXPECT_EQ(error.conflict().current_hash(), "abcd");
}

TEST(CommandErrorTest, AClientThatTakesLargeDetailsGetsTheContent) {
  const std::string content(100'000, 'x');
  const grpc::Status status = ToGrpcStatus(ConflictError("changed", "a", "abcd", content), kHighestMaxDetailsBytes);
  EXPECT_EQ(ToCommandError(FromGrpcStatus(status)).conflict().current_content(), content);
}

TEST(CommandErrorTest, DetailsThatDoNotFitEvenSoLeaveTheFactsOut) {
  const absl::Status conflict =
      WithCommand(ConflictError("changed", std::string(5'000, 'p'), "abcd", ""), "r1", v1::COMMAND_STATE_CONFLICT);
  const grpc::Status status = ToGrpcStatus(conflict);
  EXPECT_LE(status.error_details().size(), kDefaultMaxDetailsBytes);
  const v1::CommandError error = ToCommandError(FromGrpcStatus(status));
  EXPECT_FALSE(error.has_conflict());
  EXPECT_EQ(error.request_id(), "r1");
  EXPECT_EQ(error.state(), v1::COMMAND_STATE_CONFLICT);
}

TEST(CommandErrorTest, LongMessagesAreCutBetweenCharacters) {
  std::string message;
  for (int i = 0; i < 4000; ++i) message += "ü";
  const grpc::Status status = ToGrpcStatus(absl::NotFoundError(message));
  // Each byte of it takes three in the trailers.
  EXPECT_LT(status.error_message().size() * 3, 1600u);
  EXPECT_EQ(status.error_message().substr(status.error_message().size() - 5), "ü…");
}

TEST(CommandErrorTest, TheLongestErrorFitsIntoTheTrailersThatClientsAccept) {
  const std::string id(128, 'i');
  for (const std::string& message : {std::string(9000, 'a'), std::string(9000, '%'), std::string(9000, '\n')}) {
    const grpc::Status status = ToGrpcStatus(WithCommand(absl::NotFoundError(message), id, v1::COMMAND_STATE_FAILED));
    EXPECT_LE(status.error_details().size(), kDefaultMaxDetailsBytes);
    size_t encoded = 0;
    for (const char c : status.error_message()) encoded += c >= ' ' && c <= '~' && c != '%' ? 1 : 3;
    EXPECT_LT(encoded + status.error_details().size() * 4 / 3, 7500u);
  }
}

TEST(CommandErrorTest, AnErrorWithoutACanonicalCodeIsInternal) {
  v1::CommandError error;
  EXPECT_THAT(FromCommandError(error), HasCode(absl::StatusCode::kInternal));
  error.set_code(77);
  EXPECT_THAT(FromCommandError(error), HasCode(absl::StatusCode::kInternal));
}

TEST(CommandErrorTest, CodesNameTheFinalState) {
  EXPECT_EQ(FinalState(absl::DeadlineExceededError("")), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_EQ(FinalState(absl::CancelledError("")), v1::COMMAND_STATE_CANCELLED);
  EXPECT_EQ(FinalState(absl::NotFoundError("")), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(FinalState(WithCommand(absl::UnavailableError(""), "r", v1::COMMAND_STATE_UNKNOWN)),
            v1::COMMAND_STATE_UNKNOWN);
}

}  // namespace
}  // namespace specrelay
