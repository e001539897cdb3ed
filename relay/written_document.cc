#include "relay/written_document.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace specrelay {
namespace {

// "SPEC_DOCUMENT_DESIGN" -> "design.md"
std::string FileName(absl::string_view value, absl::string_view prefix) {
  if (!absl::ConsumePrefix(&value, prefix)) return "";
  return absl::StrCat(absl::AsciiStrToLower(value), ".md");
}

std::string SpecPath(const v1::SpecDocumentWriteRequest& write) {
  const std::string file = FileName(v1::SpecDocument_Name(write.document()), "SPEC_DOCUMENT_");
  if (file.empty() || write.document() == v1::SPEC_DOCUMENT_UNSPECIFIED) return "";
  return absl::StrCat(write.archived() ? "archive/" : "", "specs/", write.name(), "/", file);
}

std::string SteeringPath(const v1::SteeringWriteRequest& write) {
  const std::string file = FileName(v1::SteeringDocument_Name(write.document()), "STEERING_DOCUMENT_");
  if (file.empty() || write.document() == v1::STEERING_DOCUMENT_UNSPECIFIED) return "";
  return absl::StrCat("steering/", file);
}

}  // namespace

std::string WrittenDocument(const v1::Command& command) {
  switch (command.request_case()) {
    case v1::Command::kSpecDocumentWrite:
      return SpecPath(command.spec_document_write());
    case v1::Command::kSteeringWrite:
      return SteeringPath(command.steering_write());
    case v1::Command::kTaskStatusUpdate:
      return absl::StrCat("specs/", command.task_status_update().spec_name(), "/tasks.md");
    default:
      return "";
  }
}

}  // namespace specrelay
