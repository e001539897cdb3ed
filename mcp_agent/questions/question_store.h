// The commands on questions.
#ifndef SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_STORE_H_
#define SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_STORE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/questions/question_document.h"
#include "mcp_agent/tree/tree.h"
#include "specrelay/v1/question.pb.h"

namespace specrelay {

// One method for each command. Thread-safe; does not own what it is given. Errors besides the tree's: INVALID_ARGUMENT
// for an id that cannot be one, NOT_FOUND for a question that does not exist, FAILED_PRECONDITION that names the file
// when that is damaged. A damaged file never hinders the others.
class QuestionStore {
 public:
  // More are refused: nobody would read them.
  static constexpr int kMaxPending = 100;

  // Damaged files are reported to `damage`.
  QuestionStore(const Tree& tree, DamageLog& damage) : tree_(tree), damage_(damage) {}

  absl::StatusOr<v1::QuestionListResponse> List(const v1::QuestionListRequest& request) const;
  absl::StatusOr<v1::QuestionGetResponse> Get(const v1::QuestionGetRequest& request) const;

  // RESOURCE_EXHAUSTED when kMaxPending questions are pending.
  absl::StatusOr<v1::QuestionCreateResponse> Create(Transaction& tx, const v1::QuestionCreateRequest& request) const;

  // These two: FAILED_PRECONDITION, with who and when, once it is answered or dismissed.
  absl::StatusOr<v1::QuestionAnswerResponse> Answer(Transaction& tx, const v1::QuestionAnswerRequest& request) const;
  absl::StatusOr<v1::QuestionDismissResponse> Dismiss(Transaction& tx, const v1::QuestionDismissRequest& request) const;

  // FAILED_PRECONDITION while it is pending.
  absl::StatusOr<v1::QuestionConsumeResponse> Consume(Transaction& tx, const v1::QuestionConsumeRequest& request) const;
  // FAILED_PRECONDITION while it is pending, or answered and the answer not taken in.
  absl::StatusOr<v1::QuestionDeleteResponse> Delete(Transaction& tx, const v1::QuestionDeleteRequest& request) const;

 private:
  // Newest first.
  absl::StatusOr<std::vector<v1::Question>> ListAll(const Tree& tree) const;

  const Tree& tree_;
  DamageLog& damage_;
};

// The question of that id, with errors as above.
absl::StatusOr<QuestionDocument> FindQuestion(const Tree& tree, absl::string_view id);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_STORE_H_
