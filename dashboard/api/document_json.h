// Documents as the HTTP contract has them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_DOCUMENT_JSON_H_
#define SPECRELAY_DASHBOARD_API_DOCUMENT_JSON_H_

#include <string>

#include "dashboard/api/json_writer.h"
#include "specrelay/v1/spec.pb.h"

namespace specrelay {

// Writes `document` as a value.
void WriteDocument(const v1::DocumentContent& document, JsonWriter& json);

// JSON text.
std::string DocumentJson(const v1::DocumentContent& document);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_DOCUMENT_JSON_H_
