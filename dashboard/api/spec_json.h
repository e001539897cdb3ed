// Specs and their documents as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_SPEC_JSON_H_
#define SPECRELAY_DASHBOARD_API_SPEC_JSON_H_

#include <string>

#include "dashboard/api/document_json.h"
#include "dashboard/api/json_writer.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "specrelay/v1/spec.pb.h"

namespace specrelay {

// JSON text. `phases.implementation` always exists: the contract has it so for every spec. `taskProgress.pending`
// counts `[ ]` alone; tasks in progress and blocked ones are in `total`.
std::string SpecSummaryJson(const v1::SpecSummary& spec);

// JSON text.
std::string SpecListJson(const google::protobuf::RepeatedPtrField<v1::SpecSummary>& specs);

// JSON text of the three documents, null for each that does not exist; `Response` is SpecReadResponse or
// SpecArchivedReadResponse, which hold the same.
template <typename Response>
std::string SpecDocumentsJson(const Response& response) {
  JsonWriter json;
  const auto write = [&json](const char* name, bool exists, const v1::DocumentContent& document) {
    json.Key(name);
    exists ? WriteDocument(document, json) : static_cast<void>(json.Null());
  };
  json.BeginObject();
  write("requirements", response.has_requirements(), response.requirements());
  write("design", response.has_design(), response.design());
  write("tasks", response.has_tasks(), response.tasks());
  return json.EndObject().Take();
}

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_SPEC_JSON_H_
