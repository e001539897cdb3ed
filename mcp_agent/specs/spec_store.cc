#include "mcp_agent/specs/spec_store.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/commands/conditional_write.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/tasks/task_parser.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

std::string NotFoundOnShelf(SpecShelf shelf, absl::string_view name) {
  return absl::StrCat("Spec '", name, "' not found in ", shelf == SpecShelf::kActive ? "active" : "archived", " specs");
}

// Clients tell "no such spec" by this text when they read, and by the one above when they move.
std::string NotFound(absl::string_view name) { return absl::StrCat("Spec not found: ", Quoted(name)); }

absl::optional<FileStat> StatOf(const absl::optional<FileContent>& content) {
  if (!content.has_value()) return absl::nullopt;
  return content->stat;
}

absl::Status CheckDocument(v1::SpecDocument document) {
  if (v1::SpecDocument_IsValid(document) && document != v1::SPEC_DOCUMENT_UNSPECIFIED) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "Invalid document type; the documents of a spec are requirements, design and tasks");
}

}  // namespace

SpecStore::SpecStore(Tree& tree, const EnforcedPolicy& policy, DocumentCache& cache, const Clock& clock)
    : tree_(tree), policy_(policy), summarizer_(tree, cache, clock, policy.max_file_bytes()) {}

absl::StatusOr<v1::SpecListResponse> SpecStore::List(const v1::SpecListRequest& request) const {
  return ListShelf<v1::SpecListResponse>(SpecShelf::kActive);
}

absl::StatusOr<v1::SpecArchivedListResponse> SpecStore::ListArchived(const v1::SpecArchivedListRequest& request) const {
  return ListShelf<v1::SpecArchivedListResponse>(SpecShelf::kArchived);
}

template <typename Response>
absl::StatusOr<Response> SpecStore::ListShelf(SpecShelf shelf) const {
  Response response;
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListSpecNames(tree_, shelf));
  for (const std::string& name : names) {
    ASSIGN_OR_RETURN(absl::optional<v1::SpecSummary> summary, summarizer_.Summarize(shelf, name));
    if (summary.has_value()) *response.add_specs() = *std::move(summary);
  }
  return response;
}

absl::StatusOr<v1::SpecReadResponse> SpecStore::Read(const v1::SpecReadRequest& request) const {
  return ReadFrom<v1::SpecReadResponse>(SpecShelf::kActive, request.name());
}

absl::StatusOr<v1::SpecArchivedReadResponse> SpecStore::ReadArchived(const v1::SpecArchivedReadRequest& request) const {
  return ReadFrom<v1::SpecArchivedReadResponse>(SpecShelf::kArchived, request.name());
}

template <typename Response>
absl::StatusOr<Response> SpecStore::ReadFrom(SpecShelf shelf, absl::string_view name) const {
  RETURN_IF_ERROR(CheckSpecName(name));
  ASSIGN_OR_RETURN(const FileStat directory, StatSpec(tree_, shelf, name, NotFound(name)));
  const auto read = [&](v1::SpecDocument document) {
    return ReadIfExists(tree_, SpecDocumentPath(shelf, name, document), policy_.max_file_bytes());
  };
  ASSIGN_OR_RETURN(const absl::optional<FileContent> requirements, read(v1::SPEC_DOCUMENT_REQUIREMENTS));
  ASSIGN_OR_RETURN(const absl::optional<FileContent> design, read(v1::SPEC_DOCUMENT_DESIGN));
  ASSIGN_OR_RETURN(const absl::optional<FileContent> tasks, read(v1::SPEC_DOCUMENT_TASKS));
  // A spec that was moved meanwhile would otherwise be shown without documents that it has.
  RETURN_IF_ERROR(StatSpec(tree_, shelf, name, NotFound(name)).status());

  Response response;
  *response.mutable_spec() = ToSpecSummary(name, directory, {StatOf(requirements), StatOf(design), StatOf(tasks)});
  if (requirements.has_value()) *response.mutable_requirements() = ToDocumentContent(*requirements);
  if (design.has_value()) *response.mutable_design() = ToDocumentContent(*design);
  if (tasks.has_value()) {
    *response.mutable_tasks() = ToDocumentContent(*tasks);
    *response.mutable_spec()->mutable_task_summary() = SummarizeTasks(tasks->bytes);
  }
  return response;
}

absl::StatusOr<v1::SpecDocumentWriteResponse> SpecStore::WriteDocument(const v1::SpecDocumentWriteRequest& request) {
  RETURN_IF_ERROR(CheckSpecName(request.name()));
  RETURN_IF_ERROR(CheckDocument(request.document()));
  RETURN_IF_ERROR(CheckText(request.content()));
  const SpecShelf shelf = request.archived() ? SpecShelf::kArchived : SpecShelf::kActive;
  const std::string path = SpecDocumentPath(shelf, request.name(), request.document());
  const auto check_shelf = [&]() -> absl::Status {
    if (shelf == SpecShelf::kActive) return absl::OkStatus();
    return StatSpec(tree_, shelf, request.name(), NotFoundOnShelf(shelf, request.name())).status();
  };
  const FileWrite write{path, request.content(), BaseHashOf(request)};
  RETURN_IF_ERROR(check_shelf());
  RETURN_IF_ERROR(CheckBeforeLock(tree_, policy_, write));
  ASSIGN_OR_RETURN(const std::unique_ptr<TreeLock> lock, LockForWriting(tree_));
  // Again: the spec may have left the archive since.
  RETURN_IF_ERROR(check_shelf());
  ASSIGN_OR_RETURN(WrittenFile written, WriteUnderLock(tree_, *lock, policy_, write));
  v1::SpecDocumentWriteResponse response;
  *response.mutable_version() = std::move(written.version);
  response.set_created(written.created);
  return response;
}

absl::StatusOr<v1::SpecArchiveResponse> SpecStore::Archive(const v1::SpecArchiveRequest& request) {
  RETURN_IF_ERROR(Move(request.name(), SpecShelf::kActive, SpecShelf::kArchived));
  return v1::SpecArchiveResponse();
}

absl::StatusOr<v1::SpecUnarchiveResponse> SpecStore::Unarchive(const v1::SpecUnarchiveRequest& request) {
  RETURN_IF_ERROR(Move(request.name(), SpecShelf::kArchived, SpecShelf::kActive));
  return v1::SpecUnarchiveResponse();
}

absl::Status SpecStore::Move(absl::string_view name, SpecShelf from, SpecShelf to) {
  RETURN_IF_ERROR(CheckSpecName(name));
  const auto check_source = [&] { return StatSpec(tree_, from, name, NotFoundOnShelf(from, name)).status(); };
  RETURN_IF_ERROR(check_source());
  ASSIGN_OR_RETURN(const std::unique_ptr<TreeLock> lock, LockForWriting(tree_));
  RETURN_IF_ERROR(check_source());
  absl::Status moved = tree_.Rename(*lock, SpecPath(from, name), SpecPath(to, name));
  if (absl::IsAlreadyExists(moved)) {
    return absl::AlreadyExistsError(absl::StrCat(
        "Spec '", name, "' already exists in ", to == SpecShelf::kActive ? "active" : "archived",
        " specs; rename one of the two directories, or remove the one that is no longer needed, then try again"));
  }
  return moved;
}

}  // namespace specrelay
