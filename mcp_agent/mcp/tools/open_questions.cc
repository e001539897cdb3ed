#include "mcp_agent/mcp/tools/open_questions.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMostShown = 20;

bool IsOpen(const v1::Question& question) {
  return question.status() == v1::QUESTION_STATUS_PENDING || !question.has_consumed_at();
}

}  // namespace

absl::StatusOr<std::vector<v1::Question>> OpenQuestions(const ToolContext& context, const ToolCall& call,
                                                        absl::string_view spec_name) {
  v1::Command command;
  command.mutable_question_list();
  ASSIGN_OR_RETURN(const v1::CommandResult result, context.Run(call, "questions", std::move(command)));
  std::vector<v1::Question> open;
  for (const v1::Question& question : result.question_list().questions()) {
    const bool elsewhere = !spec_name.empty() && !question.spec_name().empty() && question.spec_name() != spec_name;
    if (IsOpen(question) && !elsewhere && open.size() < kMostShown) open.push_back(question);
  }
  return open;
}

std::vector<std::string> StepsForAnswers(const std::vector<v1::Question>& open) {
  std::vector<std::string> steps;
  for (const v1::Question& question : open) {
    if (question.status() == v1::QUESTION_STATUS_PENDING) continue;
    steps.push_back(
        absl::StrCat("Your question \"", question.title(),
                     question.status() == v1::QUESTION_STATUS_DISMISSED ? "\" was dismissed" : "\" was answered",
                     " meanwhile: call request-input with questionId \"", question.id(), "\" to take that in."));
  }
  return steps;
}

}  // namespace specrelay
