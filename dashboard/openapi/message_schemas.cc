#include "dashboard/openapi/message_schemas.h"

#include <string>

#include "absl/strings/match.h"

namespace specrelay {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

// Messages that JSON writes in a way of their own; null for all others.
Schema WellKnown(const std::string& name) {
  if (name == "google.protobuf.Timestamp") return Time();
  if (name == "google.protobuf.Duration") return Text("Seconds, as `1.5s`");
  if (name == "google.protobuf.Struct") return AnyObject();
  if (name == "google.protobuf.Value") return Schema::object();
  if (name == "google.protobuf.ListValue") return ListOf(Schema::object());
  return nullptr;
}

Schema EnumSchema(const EnumDescriptor& type) {
  Schema schema = {{"type", "string"}, {"enum", Schema::array()}};
  for (int i = 0; i < type.value_count(); ++i) schema["enum"].push_back(type.value(i)->name());
  return schema;
}

Schema MessageReference(const Descriptor& message, Schema& schemas) {
  Schema known = WellKnown(message.full_name());
  if (!known.is_null()) return known;
  AddMessageSchemas(message, schemas);
  return Reference(message.full_name());
}

Schema ValueSchema(const FieldDescriptor& field, Schema& schemas) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return field.type() == FieldDescriptor::TYPE_BYTES ? Text("base64") : Text();
    case FieldDescriptor::CPPTYPE_BOOL:
      return Flag();
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      return Number();
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumSchema(*field.enum_type());
    case FieldDescriptor::CPPTYPE_INT64:
    case FieldDescriptor::CPPTYPE_UINT64:
      // JavaScript's numbers do not hold them all.
      return {{"type", {"string", "integer"}}};
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return MessageReference(*field.message_type(), schemas);
    default:
      return {{"type", "integer"}};
  }
}

Schema FieldSchema(const FieldDescriptor& field, Schema& schemas) {
  if (field.is_map()) {
    return {{"type", "object"}, {"additionalProperties", ValueSchema(*field.message_type()->map_value(), schemas)}};
  }
  Schema value = ValueSchema(field, schemas);
  return field.is_repeated() ? ListOf(std::move(value)) : value;
}

}  // namespace

void AddMessageSchemas(const Descriptor& message, Schema& schemas) {
  if (schemas.contains(message.full_name())) return;
  // Before its fields, which may hold the message itself.
  schemas[message.full_name()] = AnyObject();
  Schema properties = Schema::object();
  for (int i = 0; i < message.field_count(); ++i) {
    properties[message.field(i)->json_name()] = FieldSchema(*message.field(i), schemas);
  }
  schemas[message.full_name()]["properties"] = std::move(properties);
}

}  // namespace specrelay
