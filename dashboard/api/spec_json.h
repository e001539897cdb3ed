// Specs and their documents as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_SPEC_JSON_H_
#define SPECRELAY_DASHBOARD_API_SPEC_JSON_H_

#include <string>

#include "dashboard/api/json_values.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "specrelay/v1/spec.pb.h"

namespace specrelay {

// JSON text. `phases.implementation` always exists: the contract has it so for every spec. `taskProgress.pending`
// counts `[ ]` alone; tasks in progress and blocked ones are in `total`.
std::string SpecSummaryJson(const v1::SpecSummary& spec);

// JSON text.
std::string SpecListJson(const google::protobuf::RepeatedPtrField<v1::SpecSummary>& specs);

// Null for a document that does not exist (a default message).
Json DocumentJson(bool exists, const v1::DocumentContent& document);

// The three documents; `Response` is SpecReadResponse or SpecArchivedReadResponse, which hold the same.
template <typename Response>
Json SpecDocumentsJson(const Response& response) {
  return {{"requirements", DocumentJson(response.has_requirements(), response.requirements())},
          {"design", DocumentJson(response.has_design(), response.design())},
          {"tasks", DocumentJson(response.has_tasks(), response.tasks())}};
}

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_SPEC_JSON_H_
