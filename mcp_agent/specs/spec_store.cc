#include "mcp_agent/specs/spec_store.h"

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/specs/conditional_write.h"
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

SpecStore::SpecStore(const Tree& tree, const EnforcedPolicy& policy, DocumentCache& cache, SpecListCache& lists,
                     const Clock& clock)
    : tree_(tree), policy_(policy), lists_(lists), summarizer_(tree, cache, clock, policy.max_file_bytes()) {}

absl::StatusOr<v1::SpecListResponse> SpecStore::List(const v1::SpecListRequest& request) const {
  return ListShelf<v1::SpecListResponse>(SpecShelf::kActive);
}

absl::StatusOr<v1::SpecArchivedListResponse> SpecStore::ListArchived(const v1::SpecArchivedListRequest& request) const {
  return ListShelf<v1::SpecArchivedListResponse>(SpecShelf::kArchived);
}

template <typename Response>
absl::StatusOr<Response> SpecStore::ListShelf(SpecShelf shelf) const {
  Response response;
  // Before anything is looked at, so that the list is at least as new.
  const absl::optional<SpecListCache::Basis> basis = lists_.CurrentBasis(tree_, shelf, policy_.max_file_bytes());
  if (basis.has_value()) {
    if (const std::shared_ptr<const SpecListCache::Specs> known = lists_.Find(shelf, *basis)) {
      *response.mutable_specs() = *known;
      return response;
    }
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> names, ListSpecNames(tree_, shelf));
  ASSIGN_OR_RETURN(SpecSummaries summaries, summarizer_.Summarize(shelf, names));
  response.mutable_specs()->Reserve(static_cast<int>(summaries.specs.size()));
  for (v1::SpecSummary& spec : summaries.specs) *response.add_specs() = std::move(spec);
  if (basis.has_value() && summaries.may_be_believed) lists_.Store(shelf, *basis, response.specs());
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

absl::StatusOr<v1::SpecDocumentWriteResponse> SpecStore::WriteDocument(
    Transaction& transaction, const v1::SpecDocumentWriteRequest& request) const {
  RETURN_IF_ERROR(CheckSpecName(request.name()));
  RETURN_IF_ERROR(CheckDocument(request.document()));
  RETURN_IF_ERROR(CheckText(request.content()));
  const SpecShelf shelf = request.archived() ? SpecShelf::kArchived : SpecShelf::kActive;
  if (shelf == SpecShelf::kArchived) {
    RETURN_IF_ERROR(
        StatSpec(transaction.tree(), shelf, request.name(), NotFoundOnShelf(shelf, request.name())).status());
  }
  const std::string path = SpecDocumentPath(shelf, request.name(), request.document());
  ASSIGN_OR_RETURN(WrittenFile written,
                   WriteConditionally(transaction, policy_, {path, request.content(), BaseHashOf(request)}));
  transaction.SetSummary(absl::StrCat("wrote ", path));
  v1::SpecDocumentWriteResponse response;
  *response.mutable_version() = std::move(written.version);
  response.set_created(written.created);
  return response;
}

absl::StatusOr<v1::SpecArchiveResponse> SpecStore::Archive(Transaction& transaction,
                                                           const v1::SpecArchiveRequest& request) const {
  RETURN_IF_ERROR(Move(transaction, request.name(), SpecShelf::kActive, SpecShelf::kArchived));
  transaction.SetSummary(absl::StrCat("archived ", request.name()));
  return v1::SpecArchiveResponse();
}

absl::StatusOr<v1::SpecUnarchiveResponse> SpecStore::Unarchive(Transaction& transaction,
                                                               const v1::SpecUnarchiveRequest& request) const {
  RETURN_IF_ERROR(Move(transaction, request.name(), SpecShelf::kArchived, SpecShelf::kActive));
  transaction.SetSummary(absl::StrCat("unarchived ", request.name()));
  return v1::SpecUnarchiveResponse();
}

absl::Status SpecStore::Move(Transaction& transaction, absl::string_view name, SpecShelf from, SpecShelf to) const {
  RETURN_IF_ERROR(CheckSpecName(name));
  RETURN_IF_ERROR(StatSpec(transaction.tree(), from, name, NotFoundOnShelf(from, name)).status());
  const absl::Status moved = transaction.Rename(SpecPath(from, name), SpecPath(to, name));
  if (absl::IsAlreadyExists(moved)) {
    return absl::AlreadyExistsError(absl::StrCat(
        "Spec '", name, "' already exists in ", to == SpecShelf::kActive ? "active" : "archived",
        " specs; rename one of the two directories, or remove the one that is no longer needed, then try again"));
  }
  return moved;
}

}  // namespace specrelay
