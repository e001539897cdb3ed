#include "tools/ctl/command_list.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_catalog.h"
#include "proto/support/status_macros.h"
#include "tools/ctl/output.h"

namespace specrelay {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Json = nlohmann::ordered_json;

Json FieldsOf(const Descriptor& message);

// Values that a request may carry: the first of each enum only means that it was not set.
Json ValuesOf(const google::protobuf::EnumDescriptor& type) {
  Json values = Json::array();
  for (int i = 1; i < type.value_count(); ++i) values.push_back(type.value(i)->name());
  return values;
}

std::string TypeOf(const FieldDescriptor& field) {
  if (field.type() != FieldDescriptor::TYPE_MESSAGE) {
    return field.type() == FieldDescriptor::TYPE_BYTES ? "bytes (base64)" : field.type_name();
  }
  // The well-known types have a JSON of their own.
  const std::string& name = field.message_type()->full_name();
  if (name == "google.protobuf.Timestamp") return "time (RFC 3339)";
  if (name == "google.protobuf.Duration") return "duration (seconds, as in \"1.5s\")";
  return name == "google.protobuf.Struct" ? "any JSON object" : "object";
}

Json FieldOf(const FieldDescriptor& field) {
  Json json;
  json["name"] = field.json_name();
  json["type"] = TypeOf(field);
  if (field.is_repeated()) json["repeated"] = true;
  if (field.has_presence() && field.message_type() == nullptr) json["optional"] = true;
  if (field.enum_type() != nullptr) json["values"] = ValuesOf(*field.enum_type());
  if (field.message_type() != nullptr && !absl::StartsWith(field.message_type()->full_name(), "google.protobuf.")) {
    json["fields"] = FieldsOf(*field.message_type());
  }
  return json;
}

Json FieldsOf(const Descriptor& message) {
  Json fields = Json::array();
  for (int i = 0; i < message.field_count(); ++i) fields.push_back(FieldOf(*message.field(i)));
  return fields;
}

std::string LineFor(const CommandInfo& command) {
  Json json;
  json["name"] = std::string(command.name);
  json["access"] = command.access == v1::COMMAND_ACCESS_READ ? "read" : "write";
  json["fields"] = FieldsOf(*command.field->message_type());
  return json.dump();
}

}  // namespace

absl::Status RunCommands(const CtlContext& context, const std::vector<std::string>& args) {
  if (args.size() > 1) return UsageError("commands takes at most one argument, the name of a command");
  if (args.size() == 1) {
    const CommandInfo* command = FindCommandByName(args[0]);
    if (command == nullptr) {
      return UsageError(absl::StrCat("there is no command \"", args[0], "\"; specrelay_ctl commands lists them all"));
    }
    return PrintLine(context.out, LineFor(*command));
  }
  std::string text = "{\"commands\":[";
  absl::string_view separator = "\n";
  for (const CommandInfo& command : CommandCatalog()) {
    absl::StrAppend(&text, separator, LineFor(command));
    separator = ",\n";
  }
  return PrintLine(context.out, absl::StrCat(text, "\n]}"));
}

}  // namespace specrelay
