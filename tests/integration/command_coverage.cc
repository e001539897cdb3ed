#include "tests/integration/command_coverage.h"

#include "absl/strings/str_cat.h"
#include "google/protobuf/descriptor.h"
#include "proto/support/command_catalog.h"

namespace specrelay {
namespace {

using google::protobuf::FieldDescriptor;

// Either value of a switch is good.
bool CanBeWrong(const CommandInfo& info) {
  const google::protobuf::Descriptor& request = *info.field->message_type();
  for (int i = 0; i < request.field_count(); ++i) {
    if (request.field(i)->type() != FieldDescriptor::TYPE_BOOL) return true;
  }
  return false;
}

}  // namespace

CommandCoverage& CommandCoverage::Get() {
  static auto& coverage = *new CommandCoverage();
  return coverage;
}

std::vector<std::string> CommandCoverage::Missing() const {
  std::vector<std::string> missing;
  for (const CommandInfo& info : CommandCatalog()) {
    const std::string name(info.name);
    if (good_.count(name) == 0) missing.push_back(absl::StrCat(name, " has no good case"));
    if (CanBeWrong(info) && refused_.count(name) == 0) missing.push_back(absl::StrCat(name, " has no bad input"));
    if (info.access == v1::COMMAND_ACCESS_WRITE && resent_.count(name) == 0) {
      missing.push_back(absl::StrCat(name, " was never sent again"));
    }
  }
  return missing;
}

}  // namespace specrelay
