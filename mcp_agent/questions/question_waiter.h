// Waiting for the answer to a question.
#ifndef SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_WAITER_H_
#define SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_WAITER_H_

#include "mcp_agent/waits/decision_waiter.h"
#include "specrelay/v1/question.pb.h"

namespace specrelay {

// How DecisionWaiter sees questions. One that was dismissed is decided as well.
struct QuestionDecisions {
  using Subject = v1::Question;
  using Request = v1::QuestionWaitRequest;
  using Response = v1::QuestionWaitResponse;

  static constexpr char kName[] = "question";

  static bool IsDecided(const v1::Question& question) { return question.status() != v1::QUESTION_STATUS_PENDING; }
  static void Put(const v1::Question& question, v1::QuestionWaitResponse& response) {
    *response.mutable_question() = question;
  }
};

using QuestionWaiter = DecisionWaiter<QuestionDecisions>;

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_WAITER_H_
