#include "relay/command_documents.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace specrelay {
namespace {

using Documents = std::vector<std::string>;

// One spelling for each path.
std::string Normal(absl::string_view path) {
  Documents parts;
  for (const absl::string_view part : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (part != ".") parts.emplace_back(part);
  }
  return absl::StrJoin(parts, "/");
}

// Of an enum such as SPEC_DOCUMENT_TASKS: "tasks.md"; empty for a value that names no document.
std::string FileOf(absl::string_view enum_name, absl::string_view prefix) {
  if (!absl::ConsumePrefix(&enum_name, prefix) || enum_name == "UNSPECIFIED") return "";
  return absl::StrCat(absl::AsciiStrToLower(enum_name), ".md");
}

std::string SpecFile(const v1::SpecDocumentWriteRequest& request) {
  const std::string file = FileOf(v1::SpecDocument_Name(request.document()), "SPEC_DOCUMENT_");
  if (file.empty()) return "";
  return absl::StrCat(request.archived() ? "archive/" : "", "specs/", request.name(), "/", file);
}

std::string SteeringFile(const v1::SteeringWriteRequest& request) {
  const std::string file = FileOf(v1::SteeringDocument_Name(request.document()), "STEERING_DOCUMENT_");
  if (file.empty()) return "";
  return absl::StrCat("steering/", file);
}

Documents BothPlaces(absl::string_view spec) {
  return {absl::StrCat("specs/", spec), absl::StrCat("archive/specs/", spec)};
}

std::string Approval(absl::string_view id) { return absl::StrCat("approval:", id); }

// More than agents take in one command; what is beyond need not be told apart.
constexpr int kMaxDocuments = 100;

template <typename Ids>
Documents Approvals(const Ids& ids) {
  if (ids.size() > kMaxDocuments) return {""};
  Documents documents;
  for (const std::string& id : ids) documents.push_back(Approval(id));
  return documents;
}

std::string Question(absl::string_view id) { return absl::StrCat("question:", id); }

std::string Job(absl::string_view id) { return absl::StrCat("job:", id); }

}  // namespace

std::vector<std::string> DocumentsOf(const v1::Command& command) {
  switch (command.request_case()) {
    case v1::Command::kSpecDocumentWrite:
      return {SpecFile(command.spec_document_write())};
    case v1::Command::kSpecArchive:
      return BothPlaces(command.spec_archive().name());
    case v1::Command::kSpecUnarchive:
      return BothPlaces(command.spec_unarchive().name());
    case v1::Command::kTaskStatusUpdate:
      return {absl::StrCat("specs/", command.task_status_update().spec_name(), "/tasks.md")};
    case v1::Command::kSteeringWrite:
      return {SteeringFile(command.steering_write())};
    case v1::Command::kFileWrite:
      return {Normal(command.file_write().path())};
    case v1::Command::kImplLogAdd:
      return {absl::StrCat("specs/", command.impl_log_add().spec_name(), "/implementation-log.json")};
    case v1::Command::kApprovalCreate: {
      // Nobody shall be asked about a document that is not there yet.
      const std::string path = Normal(command.approval_create().file_path());
      return {std::string(absl::StripPrefix(path, ".spec-context/"))};
    }
    case v1::Command::kApprovalUpdate:
      return {Approval(command.approval_update().id())};
    case v1::Command::kApprovalSnapshot:
      return {Approval(command.approval_snapshot().id())};
    case v1::Command::kApprovalDelete:
      return {Approval(command.approval_delete().id())};
    case v1::Command::kApprovalConsume:
      return {Approval(command.approval_consume().id())};
    case v1::Command::kApprovalBatchUpdate:
      return Approvals(command.approval_batch_update().ids());
    case v1::Command::kApprovalUndo:
      return Approvals(command.approval_undo().ids());
    case v1::Command::kAutoApproveSet:
      return {"setting:auto-approve"};
    case v1::Command::kQuestionCreate:
      return {Question("new")};
    case v1::Command::kQuestionAnswer:
      return {Question(command.question_answer().id())};
    case v1::Command::kQuestionConsume:
      return {Question(command.question_consume().id())};
    case v1::Command::kQuestionDismiss:
      return {Question(command.question_dismiss().id())};
    case v1::Command::kQuestionDelete:
      return {Question(command.question_delete().id())};
    case v1::Command::kJobCreate:
      return {Job(command.job_create().job().id())};
    case v1::Command::kJobUpdate:
      return {Job(command.job_update().id())};
    case v1::Command::kJobDelete:
      return {Job(command.job_delete().id())};
    case v1::Command::kJobRun:
      return {Job(command.job_run().id())};
    case v1::Command::kJobCancel:
      return {Job(command.job_cancel().id())};
    default:
      return {""};
  }
}

std::string WrittenDocument(const v1::Command& command) {
  switch (command.request_case()) {
    case v1::Command::kSpecDocumentWrite:
    case v1::Command::kSteeringWrite:
    case v1::Command::kTaskStatusUpdate:
      return DocumentsOf(command).front();
    default:
      return "";
  }
}

bool IsConditional(const v1::Command& command) {
  switch (command.request_case()) {
    case v1::Command::kSpecDocumentWrite:
      return command.spec_document_write().has_base_hash();
    case v1::Command::kTaskStatusUpdate:
      return command.task_status_update().has_base_hash();
    case v1::Command::kSteeringWrite:
      return command.steering_write().has_base_hash();
    case v1::Command::kFileWrite:
      return command.file_write().has_base_hash();
    case v1::Command::kApprovalUpdate:
      return command.approval_update().has_reviewed_hash();
    default:
      return false;
  }
}

bool BaseOn(absl::string_view hash, v1::Command& command) {
  const std::string base(hash);
  switch (command.request_case()) {
    case v1::Command::kSpecDocumentWrite:
      command.mutable_spec_document_write()->set_base_hash(base);
      return true;
    case v1::Command::kTaskStatusUpdate:
      command.mutable_task_status_update()->set_base_hash(base);
      return true;
    case v1::Command::kSteeringWrite:
      command.mutable_steering_write()->set_base_hash(base);
      return true;
    case v1::Command::kFileWrite:
      command.mutable_file_write()->set_base_hash(base);
      return true;
    case v1::Command::kApprovalUpdate:
      command.mutable_approval_update()->set_reviewed_hash(base);
      return true;
    default:
      return false;
  }
}

}  // namespace specrelay
