// Early return on failure.
#ifndef SPECRELAY_PROTO_SUPPORT_STATUS_MACROS_H_
#define SPECRELAY_PROTO_SUPPORT_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define SPECRELAY_MACRO_CONCAT_INNER(a, b) a##b
#define SPECRELAY_MACRO_CONCAT(a, b) SPECRELAY_MACRO_CONCAT_INNER(a, b)

// Returns the status of `expression` unless it is OK.
#define RETURN_IF_ERROR(expression)                                         \
  do {                                                                      \
    if (absl::Status status_ = (expression); !status_.ok()) return status_; \
  } while (false)

// Returns the status of `expression` unless it is OK, else assigns its value to `lhs`.
#define ASSIGN_OR_RETURN(lhs, expression) \
  ASSIGN_OR_RETURN_IMPL(SPECRELAY_MACRO_CONCAT(status_or_, __LINE__), lhs, expression)
#define ASSIGN_OR_RETURN_IMPL(result, lhs, expression) \
  auto result = (expression);                          \
  if (!result.ok()) return std::move(result).status(); \
  lhs = *std::move(result)

#endif  // SPECRELAY_PROTO_SUPPORT_STATUS_MACROS_H_
