#include "dashboard/api/request_body.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

absl::Status WrongType(absl::string_view name, absl::string_view type) {
  return absl::InvalidArgumentError(absl::StrCat(name, " must be ", type));
}

absl::StatusOr<std::string> TextOf(const Json* value, absl::string_view name) {
  if (value == nullptr || !value->is_string()) return WrongType(name, "a string");
  return value->get<std::string>();
}

}  // namespace

absl::StatusOr<RequestBody> RequestBody::Parse(absl::string_view text) {
  if (text.empty()) return RequestBody(Json::object());
  bool too_deep = false;
  const auto check_depth = [&too_deep](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  Json json = Json::parse(text.begin(), text.end(), check_depth, /*allow_exceptions=*/false);
  if (too_deep) {
    return absl::InvalidArgumentError(
        absl::StrCat("the body is nested deeper than ", kMaxDepth, " levels; send a flatter JSON object"));
  }
  if (json.is_discarded()) return absl::InvalidArgumentError("the body is not JSON; send a JSON object in UTF-8");
  if (!json.is_object()) return absl::InvalidArgumentError("the body is JSON but no object; send a JSON object");
  return RequestBody(std::move(json));
}

absl::StatusOr<RequestBody> BodyFromObject(const Json& object, absl::string_view name) {
  if (!object.is_object()) return WrongType(name, "an object");
  return RequestBody(object);
}

const Json* RequestBody::Find(absl::string_view name) const {
  const auto it = json_.find(std::string(name));
  return it == json_.end() || it->is_null() ? nullptr : &*it;
}

absl::StatusOr<std::string> RequestBody::Text(absl::string_view name) const { return TextOf(Find(name), name); }

absl::StatusOr<std::string> RequestBody::TextOr(absl::string_view name, absl::string_view otherwise) const {
  if (!Has(name)) return std::string(otherwise);
  return Text(name);
}

absl::StatusOr<bool> RequestBody::Flag(absl::string_view name) const {
  const Json* value = Find(name);
  if (value == nullptr || !value->is_boolean()) return WrongType(name, "true or false");
  return value->get<bool>();
}

absl::StatusOr<bool> RequestBody::FlagOr(absl::string_view name, bool otherwise) const {
  if (!Has(name)) return otherwise;
  return Flag(name);
}

absl::StatusOr<int32_t> RequestBody::CountOr(absl::string_view name, int32_t otherwise) const {
  const Json* value = Find(name);
  if (value == nullptr) return otherwise;
  constexpr char kType[] = "a whole number from 0 to 2147483647";
  // 3.0 is a whole number to JavaScript, which cannot tell it from 3.
  if (!value->is_number()) return WrongType(name, kType);
  const double number = value->get<double>();
  if (!(number >= 0 && number <= std::numeric_limits<int32_t>::max())) return WrongType(name, kType);
  const auto whole = static_cast<int32_t>(number);
  if (whole != number) return WrongType(name, kType);
  return whole;
}

absl::StatusOr<std::vector<std::string>> RequestBody::Texts(absl::string_view name) const {
  std::vector<std::string> texts;
  const Json* list = Find(name);
  if (list == nullptr) return texts;
  if (!list->is_array()) return WrongType(name, "a list of strings");
  for (const Json& element : *list) {
    if (!element.is_string()) return WrongType(name, "a list of strings");
    texts.push_back(element.get<std::string>());
  }
  return texts;
}

absl::StatusOr<const Json*> RequestBody::Object(absl::string_view name) const {
  const Json* value = Find(name);
  if (value != nullptr && !value->is_object()) return WrongType(name, "an object");
  return value;
}

}  // namespace specrelay
