// The one place where messages and their standard JSON form (the proto3 JSON mapping) become each other.
#ifndef SPECRELAY_PROTO_SUPPORT_JSON_H_
#define SPECRELAY_PROTO_SUPPORT_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace specrelay {

// How ToJson lays out its text.
enum class JsonStyle { kCompact, kIndented };

// `message` as JSON. Fields with default values are left out.
absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message, JsonStyle style = JsonStyle::kCompact);

// What FromJson does with fields that the message does not have.
enum class UnknownFields { kRefuse, kIgnore };

// Reads JSON into `message`. INVALID_ARGUMENT for anything that is not JSON, or not of this message.
absl::Status FromJson(absl::string_view json, google::protobuf::Message& message,
                      UnknownFields unknown_fields = UnknownFields::kRefuse);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_JSON_H_
