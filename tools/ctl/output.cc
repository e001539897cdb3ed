#include "tools/ctl/output.h"

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_error.h"
#include "proto/support/json.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr absl::string_view kUsagePayload = "specrelay.ctl/usage";
constexpr absl::string_view kExitCodePayload = "specrelay.ctl/exit-code";

bool IsUsageError(const absl::Status& status) { return status.GetPayload(kUsagePayload).has_value(); }

// The exit code that a SentenceError() states; 0 for another status.
int StatedExitCode(const absl::Status& status) {
  const absl::optional<absl::Cord> payload = status.GetPayload(kExitCodePayload);
  int exit_code = 0;
  return payload.has_value() && absl::SimpleAtoi(std::string(*payload), &exit_code) ? exit_code : 0;
}

// Whether the relay (or a subcommand) said more than code and message.
bool HasDetails(const absl::Status& status) {
  return status.GetPayload(absl::StrCat("type.googleapis.com/", v1::CommandError::descriptor()->full_name()))
      .has_value();
}

std::string Dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

absl::Status UsageError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsagePayload, absl::Cord());
  return status;
}

absl::Status SentenceError(int exit_code, absl::string_view sentence) {
  absl::Status status = absl::UnknownError(sentence);
  status.SetPayload(kExitCodePayload, absl::Cord(absl::StrCat(exit_code)));
  return status;
}

int ExitCodeFor(const absl::Status& status) {
  if (const int exit_code = StatedExitCode(status); exit_code != 0) return exit_code;
  if (IsUsageError(status)) return kExitUsage;
  if (HasDetails(status) && FinalState(status) == v1::COMMAND_STATE_UNKNOWN) return kExitOutcomeUnknown;
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return kExitOk;
    case absl::StatusCode::kInvalidArgument:
      return kExitInvalidArgument;
    case absl::StatusCode::kNotFound:
      return kExitNotFound;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
      return kExitDenied;
    case absl::StatusCode::kUnavailable:
      return kExitUnavailable;
    case absl::StatusCode::kAborted:
      return kExitConflict;
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kAlreadyExists:
      return kExitPrecondition;
    case absl::StatusCode::kResourceExhausted:
      return kExitResourceExhausted;
    case absl::StatusCode::kDeadlineExceeded:
      return kExitOutcomeUnknown;
    default:
      return kExitOther;
  }
}

std::string ErrorLine(const absl::Status& status) {
  if (StatedExitCode(status) != 0) return std::string(status.message());
  Json line;
  line["error"] = std::string(status.message());
  line["code"] = IsUsageError(status) ? "USAGE" : absl::StatusCodeToString(status.code());
  if (!HasDetails(status)) return Dump(line);
  v1::CommandError details = ToCommandError(status);
  details.clear_code();
  details.clear_message();
  const absl::StatusOr<std::string> text = ToJson(details);
  const Json json = text.ok() ? Json::parse(*text, nullptr, /*allow_exceptions=*/false) : Json();
  if (json.is_object()) line.update(json);
  return Dump(line);
}

absl::Status PrintLine(std::ostream& out, absl::string_view line) {
  out << line << std::endl;
  if (out.good()) return absl::OkStatus();
  return absl::DataLossError("cannot write to the standard output; is the disk full or the reader gone?");
}

absl::Status PrintMessage(std::ostream& out, const google::protobuf::Message& message, absl::string_view list) {
  ASSIGN_OR_RETURN(const std::string text, ToJson(message));
  if (list.empty() || text != "{}") return PrintLine(out, text);
  return PrintLine(out, absl::StrCat("{\"", list, "\":[]}"));
}

}  // namespace specrelay
