#include <string>
#include <utility>

#include "dashboard/api/document_json.h"
#include "dashboard/api/routes.h"
#include "dashboard/api/steering_json.h"
#include "proto/support/status_macros.h"

// Steering documents.

namespace specrelay {
namespace {

absl::StatusOr<v1::SteeringDocument> DocumentOf(const ApiCall& call) {
  const std::string& name = call.Path("document");
  if (name == "product") return v1::STEERING_DOCUMENT_PRODUCT;
  if (name == "tech") return v1::STEERING_DOCUMENT_TECH;
  if (name == "structure") return v1::STEERING_DOCUMENT_STRUCTURE;
  if (name == "principles") return v1::STEERING_DOCUMENT_PRINCIPLES;
  return absl::InvalidArgumentError("Invalid steering document name; use product, tech, structure or principles");
}

absl::StatusOr<v1::Command> ReadDocument(const ApiCall& call) {
  v1::Command command;
  ASSIGN_OR_RETURN(const v1::SteeringDocument document, DocumentOf(call));
  command.mutable_steering_read()->set_document(document);
  return command;
}

absl::StatusOr<HttpResponse> ShowDocument(const ApiCall& call, const v1::CommandResult& result) {
  const v1::SteeringReadResponse& read = result.steering_read();
  // One that does not exist has no version: `If-None-Match: *` creates it.
  if (!read.has_document()) return HttpResponse::Json(200, NoSteeringDocumentJson(call.services().clock.Now()));
  return call.TaggedText([&read] { return DocumentJson(read.document()); }, read.document().version().hash());
}

absl::StatusOr<HttpResponse> PutDocument(const ApiCall& call) {
  v1::Command command;
  v1::SteeringWriteRequest& write = *command.mutable_steering_write();
  ASSIGN_OR_RETURN(const v1::SteeringDocument document, DocumentOf(call));
  ASSIGN_OR_RETURN(const RequestBody body, call.Body());
  ASSIGN_OR_RETURN(*write.mutable_content(), body.Text("content"));
  ASSIGN_OR_RETURN(absl::optional<std::string> base_hash, call.BaseHash());
  if (base_hash.has_value()) write.set_base_hash(*std::move(base_hash));
  write.set_document(document);
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  HttpResponse response = SuccessAnswer("Steering document saved successfully");
  call.SetTag(result.steering_write().version().hash(), response);
  return response;
}

}  // namespace

std::vector<Route> SteeringRoutes(ApiServices& services) {
  return {
      ApiRoute(services,
               {"GET", "/api/projects/{projectId}/steering/{document}", Access::kViewer, "Reads a steering document",
                "", "Document", kTaggedReads},
               ApiQuery{ReadDocument, ShowDocument}),
      ApiRoute(services,
               {"PUT", "/api/projects/{projectId}/steering/{document}", Access::kUser, "Writes a steering document",
                "DocumentContent", "Success", kConditionalWrites},
               PutDocument),
  };
}

}  // namespace specrelay
