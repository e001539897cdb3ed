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

// Reads JSON into `message`. Unknown fields are INVALID_ARGUMENT, and so is anything that is not JSON.
absl::Status FromJson(absl::string_view json, google::protobuf::Message& message);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_JSON_H_
