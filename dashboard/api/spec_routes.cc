#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "dashboard/api/routes.h"
#include "dashboard/api/spec_json.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

// Specs, active and archived, and their documents.

namespace specrelay {
namespace {

absl::StatusOr<v1::SpecDocument> DocumentOf(const ApiCall& call) {
  const std::string& name = call.Path("document");
  if (name == "requirements") return v1::SPEC_DOCUMENT_REQUIREMENTS;
  if (name == "design") return v1::SPEC_DOCUMENT_DESIGN;
  if (name == "tasks") return v1::SPEC_DOCUMENT_TASKS;
  return absl::InvalidArgumentError("Invalid document type; use requirements, design or tasks");
}

absl::StatusOr<v1::Command> ListSpecs(const ApiCall&) {
  v1::Command command;
  command.mutable_spec_list();
  return command;
}

absl::StatusOr<HttpResponse> ShowSpecs(const ApiCall&, const v1::CommandResult& result) {
  return HttpResponse::Json(200, SpecListJson(result.spec_list().specs()));
}

absl::StatusOr<v1::Command> ListArchivedSpecs(const ApiCall&) {
  v1::Command command;
  command.mutable_spec_archived_list();
  return command;
}

absl::StatusOr<HttpResponse> ShowArchivedSpecs(const ApiCall&, const v1::CommandResult& result) {
  return HttpResponse::Json(200, SpecListJson(result.spec_archived_list().specs()));
}

absl::StatusOr<v1::Command> ReadSpec(const ApiCall& call) {
  v1::Command command;
  command.mutable_spec_read()->set_name(call.Path("name"));
  return command;
}

absl::StatusOr<v1::Command> ReadArchivedSpec(const ApiCall& call) {
  v1::Command command;
  command.mutable_spec_archived_read()->set_name(call.Path("name"));
  return command;
}

absl::StatusOr<HttpResponse> ShowSpec(const ApiCall&, const v1::CommandResult& result) {
  return HttpResponse::Json(200, SpecSummaryJson(result.spec_read().spec()));
}

// All documents of a spec; the tag changes with any of them.
template <typename Response>
HttpResponse AllDocuments(const ApiCall& call, const Response& spec) {
  const std::string hashes = absl::StrCat(spec.requirements().version().hash(), " ", spec.design().version().hash(),
                                          " ", spec.tasks().version().hash());
  return call.TaggedText([&spec] { return SpecDocumentsJson(spec); }, Sha256Hex(hashes));
}

absl::StatusOr<HttpResponse> ShowDocuments(const ApiCall& call, const v1::CommandResult& result) {
  return AllDocuments(call, result.spec_read());
}

absl::StatusOr<HttpResponse> ShowArchivedDocuments(const ApiCall& call, const v1::CommandResult& result) {
  return AllDocuments(call, result.spec_archived_read());
}

template <typename Response>
absl::StatusOr<HttpResponse> OneDocument(const ApiCall& call, const Response& spec) {
  ASSIGN_OR_RETURN(const v1::SpecDocument name, DocumentOf(call));
  const v1::DocumentContent& document = name == v1::SPEC_DOCUMENT_REQUIREMENTS ? spec.requirements()
                                        : name == v1::SPEC_DOCUMENT_DESIGN     ? spec.design()
                                                                               : spec.tasks();
  if (!document.has_version()) {
    return absl::NotFoundError(
        absl::StrCat("spec ", call.Path("name"), " has no document ", call.Path("document"), "; PUT creates it"));
  }
  return call.TaggedText([&document] { return DocumentJson(document); }, document.version().hash());
}

absl::StatusOr<v1::Command> ReadDocument(const ApiCall& call) {
  RETURN_IF_ERROR(DocumentOf(call).status());
  return ReadSpec(call);
}

absl::StatusOr<v1::Command> ReadArchivedDocument(const ApiCall& call) {
  RETURN_IF_ERROR(DocumentOf(call).status());
  return ReadArchivedSpec(call);
}

absl::StatusOr<HttpResponse> ShowDocument(const ApiCall& call, const v1::CommandResult& result) {
  return OneDocument(call, result.spec_read());
}

absl::StatusOr<HttpResponse> ShowArchivedDocument(const ApiCall& call, const v1::CommandResult& result) {
  return OneDocument(call, result.spec_archived_read());
}

absl::StatusOr<HttpResponse> WriteDocument(const ApiCall& call, bool archived) {
  v1::Command command;
  v1::SpecDocumentWriteRequest& write = *command.mutable_spec_document_write();
  ASSIGN_OR_RETURN(const v1::SpecDocument document, DocumentOf(call));
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(*write.mutable_content(), body.Text("content"));
  ASSIGN_OR_RETURN(absl::optional<std::string> base_hash, call.BaseHash());
  if (base_hash.has_value()) write.set_base_hash(*std::move(base_hash));
  write.set_name(call.Path("name"));
  write.set_document(document);
  write.set_archived(archived);
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  HttpResponse response = SuccessAnswer("Document saved successfully");
  call.SetTag(result.spec_document_write().version().hash(), response);
  return response;
}

absl::StatusOr<HttpResponse> PutDocument(const ApiCall& call) { return WriteDocument(call, false); }
absl::StatusOr<HttpResponse> PutArchivedDocument(const ApiCall& call) { return WriteDocument(call, true); }

absl::StatusOr<HttpResponse> Archive(const ApiCall& call) {
  v1::Command command;
  command.mutable_spec_archive()->set_name(call.Path("name"));
  // The contract has 400 where another path would have 404.
  RETURN_IF_ERROR(IfAgentDoesNotFind(call.Run(std::move(command)).status(), absl::StatusCode::kInvalidArgument));
  return SuccessAnswer(absl::StrCat("Spec '", call.Path("name"), "' archived successfully"));
}

absl::StatusOr<HttpResponse> Unarchive(const ApiCall& call) {
  v1::Command command;
  command.mutable_spec_unarchive()->set_name(call.Path("name"));
  RETURN_IF_ERROR(IfAgentDoesNotFind(call.Run(std::move(command)).status(), absl::StatusCode::kInvalidArgument));
  return SuccessAnswer(absl::StrCat("Spec '", call.Path("name"), "' unarchived successfully"));
}

}  // namespace

std::vector<Route> SpecRoutes(ApiServices& services) {
  constexpr Access kViewer = Access::kViewer;
  constexpr Access kUser = Access::kUser;
  const auto route = [&services](const ApiRouteSpec& spec, ApiHandler handler) {
    return ApiRoute(services, spec, handler);
  };
  const auto query = [&services](const ApiRouteSpec& spec, ApiQuery query) { return ApiRoute(services, spec, query); };
  return {
      query({"GET", "/api/projects/{projectId}/specs", kViewer, "Lists the active specs", "", "SpecList", kReads},
            {ListSpecs, ShowSpecs}),
      query({"GET", "/api/projects/{projectId}/specs/archived", kViewer, "Lists the archived specs", "", "SpecList",
             kReads},
            {ListArchivedSpecs, ShowArchivedSpecs}),
      query({"GET", "/api/projects/{projectId}/specs/{name}", kViewer, "Describes an active spec", "", "Spec", kReads},
            {ReadSpec, ShowSpec}),
      query({"GET", "/api/projects/{projectId}/specs/{name}/all", kViewer, "Reads the documents of an active spec", "",
             "SpecDocuments", kTaggedReads},
            {ReadSpec, ShowDocuments}),
      query({"GET", "/api/projects/{projectId}/specs/{name}/all/archived", kViewer,
             "Reads the documents of an archived spec", "", "SpecDocuments", kTaggedReads},
            {ReadArchivedSpec, ShowArchivedDocuments}),
      query({"GET", "/api/projects/{projectId}/specs/{name}/{document}", kViewer,
             "Reads one document of an active spec; its ETag makes a PUT conditional", "", "Document", kTaggedReads},
            {ReadDocument, ShowDocument}),
      route({"PUT", "/api/projects/{projectId}/specs/{name}/{document}", kUser, "Writes a document of an active spec",
             "DocumentContent", "Success", kConditionalWrites},
            PutDocument),
      query({"GET", "/api/projects/{projectId}/specs/{name}/{document}/archived", kViewer,
             "Reads one document of an archived spec", "", "Document", kTaggedReads},
            {ReadArchivedDocument, ShowArchivedDocument}),
      route({"PUT", "/api/projects/{projectId}/specs/{name}/{document}/archived", kUser,
             "Writes a document of an archived spec", "DocumentContent", "Success", kConditionalWrites},
            PutArchivedDocument),
      route({"POST", "/api/projects/{projectId}/specs/{name}/archive", kUser, "Archives an active spec", "Nothing",
             "Success", kWrites},
            Archive),
      route({"POST", "/api/projects/{projectId}/specs/{name}/unarchive", kUser, "Brings a spec back from the archive",
             "Nothing", "Success", kWrites},
            Unarchive),
  };
}

}  // namespace specrelay
