#include "proto/support/command_catalog.h"

namespace specrelay {
namespace {

std::vector<CommandInfo> BuildCatalog() {
  std::vector<CommandInfo> catalog;
  const auto* request = v1::Command::descriptor()->FindOneofByName("request");
  for (int i = 0; i < request->field_count(); ++i) {
    const auto* field = request->field(i);
    const v1::CommandTraits& traits = field->options().GetExtension(v1::command_traits);
    catalog.push_back(
        {traits.name(), traits.access(), field, v1::CommandResult::descriptor()->FindFieldByName(field->name())});
  }
  return catalog;
}

}  // namespace

const std::vector<CommandInfo>& CommandCatalog() {
  static const auto& catalog = *new std::vector<CommandInfo>(BuildCatalog());
  return catalog;
}

const CommandInfo* FindCommand(const v1::Command& command) {
  // Field numbers are dense and start at 1, so the catalog is indexed by them in the common case.
  const size_t number = command.request_case();
  if (number == v1::Command::REQUEST_NOT_SET) return nullptr;
  const std::vector<CommandInfo>& catalog = CommandCatalog();
  if (number <= catalog.size() && catalog[number - 1].field->number() == static_cast<int>(number)) {
    return &catalog[number - 1];
  }
  for (const CommandInfo& info : catalog) {
    if (info.field->number() == static_cast<int>(number)) return &info;
  }
  return nullptr;
}

const CommandInfo* FindCommandByName(absl::string_view name) {
  for (const CommandInfo& info : CommandCatalog()) {
    if (info.name == name) return &info;
  }
  return nullptr;
}

}  // namespace specrelay
