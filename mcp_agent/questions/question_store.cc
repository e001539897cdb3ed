#include "mcp_agent/questions/question_store.h"

#include <string>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "mcp_agent/questions/question_rules.h"
#include "mcp_agent/specs/names.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

absl::StatusOr<QuestionDocument> ReadQuestion(const Tree& tree, absl::string_view path) {
  ASSIGN_OR_RETURN(const FileContent file, tree.Read(path, kMaxQuestionFileBytes));
  return QuestionDocument::Parse(path, file.bytes);
}

bool IsNewer(const v1::Question& a, const v1::Question& b) {
  const absl::Time at_a = FromProto(a.asked_at());
  const absl::Time at_b = FromProto(b.asked_at());
  return at_a != at_b ? at_a > at_b : a.id() > b.id();
}

// Whether the coding agent is still to learn how it ended.
bool IsOpen(const v1::Question& question) {
  return question.status() == v1::QUESTION_STATUS_PENDING || !question.has_consumed_at();
}

template <typename Response>
Response Holding(v1::Question question) {
  Response response;
  *response.mutable_question() = std::move(question);
  return response;
}

}  // namespace

absl::StatusOr<QuestionDocument> FindQuestion(const Tree& tree, absl::string_view id) {
  RETURN_IF_ERROR(CheckName("question id", id));
  absl::StatusOr<QuestionDocument> document = ReadQuestion(tree, QuestionPath(id));
  if (absl::IsNotFound(document.status())) return absl::NotFoundError(absl::StrCat("Question ", id, " not found"));
  return document;
}

absl::StatusOr<std::vector<v1::Question>> QuestionStore::ListAll(const Tree& tree) const {
  std::vector<v1::Question> questions;
  const absl::StatusOr<std::vector<DirectoryEntry>> entries = tree.List(kQuestionDirectory);
  if (absl::IsNotFound(entries.status())) return questions;
  RETURN_IF_ERROR(entries.status());
  for (const DirectoryEntry& entry : *entries) {
    absl::string_view id = entry.name;
    if (entry.is_directory || !absl::ConsumeSuffix(&id, ".json") || !CheckName("question id", id).ok()) continue;
    const std::string path = QuestionPath(id);
    const absl::StatusOr<QuestionDocument> document = ReadQuestion(tree, path);
    if (document.ok()) {
      questions.push_back(document->question());
    } else if (!absl::IsNotFound(document.status())) {
      damage_.Report(path, document.status());
    }
  }
  absl::c_sort(questions, IsNewer);
  return questions;
}

absl::StatusOr<v1::QuestionListResponse> QuestionStore::List(const v1::QuestionListRequest& request) const {
  const bool all = request.status() == v1::QUESTION_STATUS_UNSPECIFIED;
  if (!all && QuestionStatusName(request.status()).empty()) {
    return absl::InvalidArgumentError("unknown status; a question is pending, answered or dismissed");
  }
  ASSIGN_OR_RETURN(std::vector<v1::Question> questions, ListAll(tree_));
  v1::QuestionListResponse response;
  for (v1::Question& question : questions) {
    if (all || question.status() == request.status()) *response.add_questions() = std::move(question);
  }
  return response;
}

absl::StatusOr<v1::QuestionGetResponse> QuestionStore::Get(const v1::QuestionGetRequest& request) const {
  ASSIGN_OR_RETURN(const QuestionDocument document, FindQuestion(tree_, request.id()));
  return Holding<v1::QuestionGetResponse>(document.question());
}

absl::StatusOr<v1::QuestionCreateResponse> QuestionStore::Create(Transaction& tx,
                                                                 const v1::QuestionCreateRequest& request) const {
  RETURN_IF_ERROR(CheckQuestion(request));
  v1::Question wanted = ToQuestion(request);
  wanted.set_id(tx.DerivedId("question_", "question"));
  *wanted.mutable_asked_at() = ToProto(tx.now());
  *wanted.mutable_asked_by() = tx.actor();

  ASSIGN_OR_RETURN(std::vector<v1::Question> existing, ListAll(tx.tree()));
  int pending = 0;
  for (v1::Question& question : existing) {
    if (question.status() == v1::QUESTION_STATUS_PENDING) ++pending;
    // The same id: made by this very command, which the journal has forgotten.
    const bool mine = question.id() == wanted.id();
    if (!AskTheSame(question, wanted) || !(mine || IsOpen(question))) continue;
    auto response = Holding<v1::QuestionCreateResponse>(std::move(question));
    response.set_created(mine);
    return response;
  }
  if (pending >= kMaxPending) {
    return absl::ResourceExhaustedError(
        absl::StrCat(pending, " questions are pending already; wait until people have answered some"));
  }
  ASSIGN_OR_RETURN(const QuestionDocument document, QuestionDocument::Create(wanted));
  const absl::StatusOr<FileStat> occupied = tx.tree().Stat(document.path());
  if (occupied.ok()) {
    return absl::AlreadyExistsError(
        absl::StrCat("there is another question ", wanted.id(), " already; send the command with a new request id"));
  }
  if (!absl::IsNotFound(occupied.status())) return occupied.status();
  RETURN_IF_ERROR(tx.Write(document.path(), document.ToJson()).status());
  tx.SetSummary(absl::StrCat("asked ", wanted.id()));
  auto response = Holding<v1::QuestionCreateResponse>(document.question());
  response.set_created(true);
  return response;
}

absl::StatusOr<v1::QuestionAnswerResponse> QuestionStore::Answer(Transaction& tx,
                                                                 const v1::QuestionAnswerRequest& request) const {
  ASSIGN_OR_RETURN(QuestionDocument document, FindQuestion(tx.tree(), request.id()));
  if (!document.pending()) return AlreadyAnsweredError(document.question());
  RETURN_IF_ERROR(CheckAnswer(document.question(), request));
  document.End({v1::QUESTION_STATUS_ANSWERED, request.answer(), request.choices(), tx.now(), tx.actor()});
  RETURN_IF_ERROR(tx.Write(document.path(), document.ToJson()).status());
  tx.SetSummary(absl::StrCat("answered ", request.id()));
  return Holding<v1::QuestionAnswerResponse>(document.question());
}

absl::StatusOr<v1::QuestionDismissResponse> QuestionStore::Dismiss(Transaction& tx,
                                                                   const v1::QuestionDismissRequest& request) const {
  RETURN_IF_ERROR(CheckAnswerText("reason", request.reason()));
  ASSIGN_OR_RETURN(QuestionDocument document, FindQuestion(tx.tree(), request.id()));
  if (!document.pending()) return AlreadyAnsweredError(document.question());
  document.End({v1::QUESTION_STATUS_DISMISSED, request.reason(), {}, tx.now(), tx.actor()});
  RETURN_IF_ERROR(tx.Write(document.path(), document.ToJson()).status());
  tx.SetSummary(absl::StrCat("dismissed ", request.id()));
  return Holding<v1::QuestionDismissResponse>(document.question());
}

absl::StatusOr<v1::QuestionConsumeResponse> QuestionStore::Consume(Transaction& tx,
                                                                   const v1::QuestionConsumeRequest& request) const {
  ASSIGN_OR_RETURN(QuestionDocument document, FindQuestion(tx.tree(), request.id()));
  if (document.pending()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "Question ", request.id(), " is pending; wait for its answer with question-wait before consuming it"));
  }
  if (request.delete_()) {
    RETURN_IF_ERROR(tx.Remove(document.path()));
    tx.SetSummary(absl::StrCat("consumed and deleted ", request.id()));
    return v1::QuestionConsumeResponse();
  }
  if (!document.consumed()) {
    document.Consume(tx.now());
    RETURN_IF_ERROR(tx.Write(document.path(), document.ToJson()).status());
    tx.SetSummary(absl::StrCat("consumed ", request.id()));
  }
  return Holding<v1::QuestionConsumeResponse>(document.question());
}

absl::StatusOr<v1::QuestionDeleteResponse> QuestionStore::Delete(Transaction& tx,
                                                                 const v1::QuestionDeleteRequest& request) const {
  ASSIGN_OR_RETURN(const QuestionDocument document, FindQuestion(tx.tree(), request.id()));
  if (document.pending()) {
    return absl::FailedPreconditionError(
        absl::StrCat("Question ", request.id(), " is pending; answer or dismiss it first"));
  }
  if (document.question().status() == v1::QUESTION_STATUS_ANSWERED && !document.consumed()) {
    return absl::FailedPreconditionError(absl::StrCat("Question ", request.id(),
                                                      " is answered and the coding agent has not taken the answer in; ",
                                                      "consume it with question-consume first"));
  }
  RETURN_IF_ERROR(tx.Remove(document.path()));
  tx.SetSummary(absl::StrCat("deleted ", request.id()));
  return v1::QuestionDeleteResponse();
}

}  // namespace specrelay
