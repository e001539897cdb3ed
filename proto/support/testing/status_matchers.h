// GoogleTest matchers for absl::Status and absl::StatusOr.
#ifndef SPECRELAY_PROTO_SUPPORT_TESTING_STATUS_MATCHERS_H_
#define SPECRELAY_PROTO_SUPPORT_TESTING_STATUS_MATCHERS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {

inline const absl::Status& GetStatus(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& GetStatus(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << GetStatus(arg);
  return GetStatus(arg).ok();
}

MATCHER_P(HasCode, code, "has the status code " + absl::StatusCodeToString(code)) {
  *result_listener << GetStatus(arg);
  return GetStatus(arg).code() == code;
}

MATCHER_P2(IsStatus, code, message_matcher, "") {
  *result_listener << GetStatus(arg);
  return GetStatus(arg).code() == code &&
         testing::ExplainMatchResult(message_matcher, std::string(GetStatus(arg).message()), result_listener);
}

#define SPECRELAY_CONCAT_INNER(a, b) a##b
#define SPECRELAY_CONCAT(a, b) SPECRELAY_CONCAT_INNER(a, b)

// Fails the test unless `expression` is OK, else declares `lhs` with its value.
#define ASSERT_OK_AND_ASSIGN(lhs, expression)                                                                  \
  auto SPECRELAY_CONCAT(status_or_, __LINE__) = (expression);                                                  \
  ASSERT_TRUE(SPECRELAY_CONCAT(status_or_, __LINE__).ok()) << SPECRELAY_CONCAT(status_or_, __LINE__).status(); \
  lhs = *std::move(SPECRELAY_CONCAT(status_or_, __LINE__))

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_TESTING_STATUS_MATCHERS_H_
