#include "mcp_agent/specs/steering_store.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/specs/conditional_write.h"
#include "mcp_agent/specs/document_reader.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr absl::string_view kDirectory = "steering";

// Path of the document; INVALID_ARGUMENT when it is none.
absl::StatusOr<std::string> DocumentPath(v1::SteeringDocument document) {
  switch (document) {
    case v1::STEERING_DOCUMENT_PRODUCT:
      return "steering/product.md";
    case v1::STEERING_DOCUMENT_TECH:
      return "steering/tech.md";
    case v1::STEERING_DOCUMENT_STRUCTURE:
      return "steering/structure.md";
    case v1::STEERING_DOCUMENT_PRINCIPLES:
      return "steering/principles.md";
    default:
      return absl::InvalidArgumentError(
          "Invalid steering document name; the documents are product, tech, structure and principles");
  }
}

// Modification time of a document; nothing when there is no file that could be read. A symbolic link in one place must
// not hide the state of the others.
absl::StatusOr<absl::optional<absl::Time>> ModifiedAt(const Tree& tree, v1::SteeringDocument document) {
  ASSIGN_OR_RETURN(const std::string path, DocumentPath(document));
  absl::StatusOr<absl::optional<FileStat>> stat = StatIfExists(tree, path);
  if (absl::IsPermissionDenied(stat.status())) return absl::optional<absl::Time>();
  RETURN_IF_ERROR(stat.status());
  if (!stat->has_value() || (*stat)->is_directory) return absl::optional<absl::Time>();
  return absl::make_optional((*stat)->last_modified);
}

}  // namespace

SteeringStore::SteeringStore(const Tree& tree, const EnforcedPolicy& policy) : tree_(tree), policy_(policy) {}

absl::StatusOr<v1::SteeringReadResponse> SteeringStore::Read(const v1::SteeringReadRequest& request) const {
  ASSIGN_OR_RETURN(const std::string path, DocumentPath(request.document()));
  ASSIGN_OR_RETURN(const absl::optional<FileContent> content, ReadIfExists(tree_, path, policy_.max_file_bytes()));
  v1::SteeringReadResponse response;
  if (content.has_value()) *response.mutable_document() = ToDocumentContent(*content);
  return response;
}

absl::StatusOr<v1::SteeringStatusResponse> SteeringStore::Status(const v1::SteeringStatusRequest& request) const {
  v1::SteeringStatusResponse response;
  v1::SteeringStatus& status = *response.mutable_status();
  ASSIGN_OR_RETURN(const absl::optional<FileStat> directory, StatIfExists(tree_, kDirectory));
  status.set_exists(directory.has_value() && directory->is_directory);
  if (!status.exists()) return response;
  absl::Time latest = absl::InfinitePast();
  const auto check = [&](v1::SteeringDocument document) -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const absl::optional<absl::Time> modified_at, ModifiedAt(tree_, document));
    if (modified_at.has_value()) latest = std::max(latest, *modified_at);
    return modified_at.has_value();
  };
  ASSIGN_OR_RETURN(const bool product, check(v1::STEERING_DOCUMENT_PRODUCT));
  ASSIGN_OR_RETURN(const bool tech, check(v1::STEERING_DOCUMENT_TECH));
  ASSIGN_OR_RETURN(const bool structure, check(v1::STEERING_DOCUMENT_STRUCTURE));
  ASSIGN_OR_RETURN(const bool principles, check(v1::STEERING_DOCUMENT_PRINCIPLES));
  status.set_product(product);
  status.set_tech(tech);
  status.set_structure(structure);
  status.set_principles(principles);
  if (latest != absl::InfinitePast()) *status.mutable_last_modified() = ToProto(latest);
  return response;
}

absl::StatusOr<v1::SteeringWriteResponse> SteeringStore::Write(Transaction& transaction,
                                                               const v1::SteeringWriteRequest& request) const {
  ASSIGN_OR_RETURN(const std::string path, DocumentPath(request.document()));
  RETURN_IF_ERROR(CheckText(request.content()));
  ASSIGN_OR_RETURN(WrittenFile written,
                   WriteConditionally(transaction, policy_, {path, request.content(), BaseHashOf(request)}));
  transaction.SetSummary(absl::StrCat("wrote ", path));
  v1::SteeringWriteResponse response;
  *response.mutable_version() = std::move(written.version);
  response.set_created(written.created);
  return response;
}

}  // namespace specrelay
