// Questions as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_QUESTION_JSON_H_
#define SPECRELAY_DASHBOARD_API_QUESTION_JSON_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dashboard/api/json_values.h"
#include "specrelay/v1/question.pb.h"

namespace specrelay {

// The status that a query names: "pending", "answered", "dismissed"; unspecified for "all"; INVALID_ARGUMENT for
// others.
absl::StatusOr<v1::QuestionStatus> QuestionStatusOfQuery(absl::string_view name);

// Fields of the answer come after the others, and only when there is one.
Json QuestionJson(const v1::Question& question);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_QUESTION_JSON_H_
