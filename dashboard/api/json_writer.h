// Writes JSON text piece by piece, for answers so frequent that a tree of values would be most of their cost.
#ifndef SPECRELAY_DASHBOARD_API_JSON_WRITER_H_
#define SPECRELAY_DASHBOARD_API_JSON_WRITER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "google/protobuf/timestamp.pb.h"

namespace specrelay {

// Makes what JsonText() makes of the same values; sees to commas, not to what belongs where. Used by one thread.
class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Begin('{'); }
  JsonWriter& EndObject() { return End('}'); }
  JsonWriter& BeginArray() { return Begin('['); }
  JsonWriter& EndArray() { return End(']'); }

  // Before each value of an object. `key` is a name in ASCII that needs no escapes.
  JsonWriter& Key(absl::string_view key);

  JsonWriter& Text(absl::string_view text);
  JsonWriter& Texts(const google::protobuf::RepeatedPtrField<std::string>& texts);
  JsonWriter& Bool(bool value);
  JsonWriter& Null();
  JsonWriter& Integer(int64_t number);
  JsonWriter& Number(double number);                          // as NumberJson()
  JsonWriter& Time(const google::protobuf::Timestamp& time);  // as TimeJson()

  // What has been written. Nothing is written afterwards.
  std::string Take() { return std::move(json_); }

 private:
  JsonWriter& Begin(char bracket);
  JsonWriter& End(char bracket);
  // Puts the comma that a further value needs.
  void Separate();

  std::string json_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_JSON_WRITER_H_
