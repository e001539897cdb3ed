#include "mcp_agent/questions/question_rules.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/approvals/comment_json.h"
#include "mcp_agent/questions/question_document.h"
#include "mcp_agent/specs/names.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/command_error.h"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr size_t kMaxLineBytes = 1000;
constexpr size_t kMaxTaskIdBytes = 128;
constexpr size_t kMaxTextBytes = 64 << 10;
constexpr int kMaxOptions = 20;

absl::Status CheckText(absl::string_view what, absl::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " has ", text.size(), " bytes and the limit is ", max_bytes, "; shorten it"));
  }
  if (!IsValidUtf8(text)) return absl::InvalidArgumentError(absl::StrCat(what, " is not valid UTF-8; send text"));
  return absl::OkStatus();
}

absl::Status CheckLine(absl::string_view what, absl::string_view line, size_t max_bytes) {
  RETURN_IF_ERROR(CheckText(what, line, max_bytes));
  if (absl::c_any_of(line, [](unsigned char c) { return absl::ascii_iscntrl(c); })) {
    return absl::InvalidArgumentError(absl::StrCat(what, " must be one line of text; more goes into text"));
  }
  return absl::OkStatus();
}

absl::Status CheckOptions(const v1::QuestionCreateRequest& request) {
  if (request.options_size() > kMaxOptions) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", request.options_size(), " options and the limit is ", kMaxOptions));
  }
  absl::flat_hash_set<absl::string_view> seen;
  for (int i = 0; i < request.options_size(); ++i) {
    const std::string name = absl::StrCat("options[", i, "]");
    const absl::string_view option = request.options(i);
    RETURN_IF_ERROR(CheckLine(name, option, kMaxLineBytes));
    if (absl::StripAsciiWhitespace(option).empty()) {
      return absl::InvalidArgumentError(absl::StrCat(name, " is empty; leave it out"));
    }
    if (!seen.insert(option).second) {
      return absl::InvalidArgumentError(absl::StrCat(name, " is there twice; options must differ"));
    }
  }
  if (request.allow_multiple() && request.options_size() < 2) {
    return absl::InvalidArgumentError("allow_multiple needs options to choose from; state at least two");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckQuestion(const v1::QuestionCreateRequest& request) {
  if (absl::StripAsciiWhitespace(request.title()).empty()) {
    return absl::InvalidArgumentError("the title is empty; ask the question in one line");
  }
  RETURN_IF_ERROR(CheckLine("title", request.title(), kMaxLineBytes));
  RETURN_IF_ERROR(CheckText("text", request.text(), kMaxTextBytes));
  RETURN_IF_ERROR(CheckLine("task_id", request.task_id(), kMaxTaskIdBytes));
  if (!request.spec_name().empty()) RETURN_IF_ERROR(CheckName("spec name", request.spec_name()));
  return CheckOptions(request);
}

v1::Question ToQuestion(const v1::QuestionCreateRequest& request) {
  v1::Question question;
  question.set_title(request.title());
  question.set_text(request.text());
  question.set_spec_name(request.spec_name());
  question.set_task_id(request.task_id());
  *question.mutable_options() = request.options();
  question.set_allow_free_text(request.allow_free_text() || request.options().empty());
  question.set_allow_multiple(request.allow_multiple());
  question.set_blocking(request.blocking());
  question.set_status(v1::QUESTION_STATUS_PENDING);
  return question;
}

bool AskTheSame(const v1::Question& a, const v1::Question& b) {
  return a.title() == b.title() && a.text() == b.text() && a.spec_name() == b.spec_name() &&
         a.task_id() == b.task_id() && absl::c_equal(a.options(), b.options()) &&
         a.allow_free_text() == b.allow_free_text() && a.allow_multiple() == b.allow_multiple();
}

absl::Status CheckAnswerText(absl::string_view what, absl::string_view text) {
  return CheckText(what, text, kMaxTextBytes);
}

absl::Status CheckAnswer(const v1::Question& question, const v1::QuestionAnswerRequest& request) {
  RETURN_IF_ERROR(CheckAnswerText("answer", request.answer()));
  const std::string options = ReplaceInvalidUtf8(absl::StrJoin(question.options(), ", "));
  if (request.choices().empty() && absl::StripAsciiWhitespace(request.answer()).empty()) {
    return absl::InvalidArgumentError(question.options().empty()
                                          ? std::string("the answer is empty; say something, or dismiss the question")
                                          : absl::StrCat("nothing was chosen; the options are: ", options));
  }
  if (!request.answer().empty() && !question.allow_free_text()) {
    return absl::InvalidArgumentError(
        absl::StrCat("this question takes no answer in own words; the options are: ", options));
  }
  if (request.choices_size() > 1 && !question.allow_multiple()) {
    return absl::InvalidArgumentError("this question takes one of its options only; choose one");
  }
  absl::flat_hash_set<absl::string_view> chosen;
  for (const std::string& choice : request.choices()) {
    if (!absl::c_linear_search(question.options(), choice)) {
      return absl::InvalidArgumentError(absl::StrCat(Quoted(choice), " is none of the options: ", options));
    }
    if (!chosen.insert(choice).second) {
      return absl::InvalidArgumentError(absl::StrCat(Quoted(choice), " is chosen twice; choose it once"));
    }
  }
  return absl::OkStatus();
}

absl::Status AlreadyAnsweredError(const v1::Question& question) {
  std::string message = absl::StrCat("Question ", question.id(), " is already ", QuestionStatusName(question.status()));
  const std::string who = DescribeActor(question.answered_by());
  if (!who.empty()) absl::StrAppend(&message, ", by ", who);
  if (question.has_answered_at()) absl::StrAppend(&message, ", at ", ToIsoTime(FromProto(question.answered_at())));
  absl::StrAppend(&message, "; the first answer stands");
  v1::PreconditionDetail detail;
  if (question.has_answered_by()) *detail.mutable_actor() = question.answered_by();
  if (question.has_answered_at()) *detail.mutable_at() = question.answered_at();
  return PreconditionError(absl::StatusCode::kFailedPrecondition, message, detail);
}

}  // namespace specrelay
