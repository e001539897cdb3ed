// The commands by name, as the traits in command.proto state them.
#ifndef SPECRELAY_PROTO_SUPPORT_COMMAND_CATALOG_H_
#define SPECRELAY_PROTO_SUPPORT_COMMAND_CATALOG_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"
#include "specrelay/v1/command.pb.h"
#include "specrelay/v1/command_traits.pb.h"

namespace specrelay {

// One command. Views and pointers live as long as the program.
struct CommandInfo {
  absl::string_view name;                                 // "spec-list"
  v1::CommandAccess access;                               //
  const google::protobuf::FieldDescriptor* field;         // in Command.request
  const google::protobuf::FieldDescriptor* result_field;  // in CommandResult.response
};

// All commands, in the order of their field numbers.
const std::vector<CommandInfo>& CommandCatalog();

// The command that `command` carries; nullptr when it carries none, or one that this version does not know.
const CommandInfo* FindCommand(const v1::Command& command);

// The command of that name; nullptr when there is none.
const CommandInfo* FindCommandByName(absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_COMMAND_CATALOG_H_
