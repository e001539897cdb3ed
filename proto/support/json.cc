#include "proto/support/json.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

namespace specrelay {

absl::StatusOr<std::string> ToJson(const google::protobuf::Message& message, JsonStyle style) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = style == JsonStyle::kIndented;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(message, &json, options);
  if (!status.ok()) return absl::InternalError(absl::StrCat("cannot print JSON: ", status.ToString()));
  return json;
}

absl::Status FromJson(absl::string_view json, google::protobuf::Message& message, UnknownFields unknown_fields) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = unknown_fields == UnknownFields::kIgnore;
  const auto status = google::protobuf::util::JsonStringToMessage({json.data(), json.size()}, &message, options);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("not the JSON of a ", message.GetDescriptor()->full_name(), ": ",
                                                   std::string(status.message().data(), status.message().size())));
  }
  return absl::OkStatus();
}

}  // namespace specrelay
