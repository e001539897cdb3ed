#include "dashboard/api/json_writer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "dashboard/api/json_values.h"
#include "proto/support/iso_time.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void AppendEscaped(char c, std::string& json) {
  constexpr char kHexDigits[] = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      json.append({'\\', c});
      return;
    case '\b':
      json.append("\\b");
      return;
    case '\f':
      json.append("\\f");
      return;
    case '\n':
      json.append("\\n");
      return;
    case '\r':
      json.append("\\r");
      return;
    case '\t':
      json.append("\\t");
      return;
    default:
      json.append("\\u00").append({kHexDigits[(c >> 4) & 0xF], kHexDigits[c & 0xF]});
  }
}

}  // namespace

JsonWriter& JsonWriter::Begin(char bracket) {
  Separate();
  json_.push_back(bracket);
  return *this;
}

JsonWriter& JsonWriter::End(char bracket) {
  json_.push_back(bracket);
  return *this;
}

void JsonWriter::Separate() {
  if (json_.empty()) return;
  const char last = json_.back();
  if (last != '{' && last != '[' && last != ':') json_.push_back(',');
}

JsonWriter& JsonWriter::Key(absl::string_view key) {
  Separate();
  absl::StrAppend(&json_, "\"", key, "\":");
  return *this;
}

JsonWriter& JsonWriter::Text(absl::string_view text) {
  Separate();
  if (!std::all_of(text.begin(), text.end(), absl::ascii_isascii)) {
    json_.append(JsonText(std::string(text)));  // sees to what is not UTF-8
    return *this;
  }
  json_.push_back('"');
  while (!text.empty()) {
    const auto plain = static_cast<size_t>(std::find_if(text.begin(), text.end(), NeedsEscape) - text.begin());
    json_.append(text.data(), plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    AppendEscaped(text[0], json_);
    text.remove_prefix(1);
  }
  json_.push_back('"');
  return *this;
}

JsonWriter& JsonWriter::Texts(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  BeginArray();
  for (const std::string& text : texts) Text(text);
  return EndArray();
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  json_.append(value ? "true" : "false");
  return *this;
}

JsonWriter& JsonWriter::Null() {
  Separate();
  json_.append("null");
  return *this;
}

JsonWriter& JsonWriter::Integer(int64_t number) {
  Separate();
  absl::StrAppend(&json_, number);
  return *this;
}

JsonWriter& JsonWriter::Number(double number) {
  const Json json = NumberJson(number);
  if (json.is_number_integer()) return Integer(json.get<int64_t>());
  Separate();
  json_.append(JsonText(json));
  return *this;
}

JsonWriter& JsonWriter::Time(const google::protobuf::Timestamp& time) { return Text(ToIsoTime(FromProto(time))); }

}  // namespace specrelay
