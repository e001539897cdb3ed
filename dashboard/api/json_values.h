// Values as every JSON answer writes them. Pure functions; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_JSON_VALUES_H_
#define SPECRELAY_DASHBOARD_API_JSON_VALUES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Keeps fields in the order in which they are added, which clients of the contract may rely on.
using Json = nlohmann::ordered_json;

// ISO 8601 in UTC with milliseconds.
Json TimeJson(const google::protobuf::Timestamp& time);

// A whole number without a decimal point, as JavaScript writes it; null for what JSON cannot hold.
Json NumberJson(double number);

Json TextsJson(const google::protobuf::RepeatedPtrField<std::string>& texts);

// An object: keys of `key_order` first and in that order, at every level, then the others by name.
Json StructJson(const google::protobuf::Struct& object, absl::Span<const absl::string_view> key_order = {});

// The reverse. `json` must be an object that is not nested deeper than RequestBody allows.
google::protobuf::Struct StructFromJson(const Json& json);

// Text of an answer: compact, with U+FFFD for what is not UTF-8.
std::string JsonText(const Json& json);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_JSON_VALUES_H_
