// What a question and its answer may be. Pure. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_RULES_H_
#define SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_RULES_H_

#include "absl/status/status.h"
#include "specrelay/v1/question.pb.h"

namespace specrelay {

// INVALID_ARGUMENT unless the title is one line, options differ and are lines, the spec has a name that a spec can
// have, and all of it is UTF-8 of bounded size.
absl::Status CheckQuestion(const v1::QuestionCreateRequest& request);

// The question that a checked request asks; without id, time and person.
v1::Question ToQuestion(const v1::QuestionCreateRequest& request);

// Whether the two ask for the same.
bool AskTheSame(const v1::Question& a, const v1::Question& b);

// INVALID_ARGUMENT unless the answer's text is UTF-8 of bounded size.
absl::Status CheckAnswerText(absl::string_view what, absl::string_view text);

// INVALID_ARGUMENT unless the question takes that answer; says which answers it takes.
absl::Status CheckAnswer(const v1::Question& question, const v1::QuestionAnswerRequest& request);

// FAILED_PRECONDITION, with who and when, for a question that is not pending.
absl::Status AlreadyAnsweredError(const v1::Question& question);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_RULES_H_
