#include "dashboard/http/error_response.h"

#include <string>

#include "nlohmann/json.hpp"
#include "proto/support/command_error.h"

namespace specrelay {
namespace {

int HttpStatusOf(absl::StatusCode code, bool conditional) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAborted:
      return conditional ? 412 : 409;
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
      return 409;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kCancelled:
      return 499;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

}  // namespace

HttpResponse ErrorResponse(const absl::Status& status, const ErrorContext& context) {
  nlohmann::ordered_json json = {{"error", std::string(status.message())}};
  if (context.offline) json["offline"] = true;
  const v1::CommandError error = ToCommandError(status);
  if (error.has_conflict()) {
    json["currentHash"] = error.conflict().current_hash();
    if (!error.conflict().content_omitted()) json["currentContent"] = error.conflict().current_content();
  }
  return HttpResponse::Json(HttpStatusOf(status.code(), context.conditional),
                            json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace specrelay
