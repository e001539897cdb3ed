#include "dashboard/http/http_message.h"

#include "absl/strings/match.h"
#include "nlohmann/json.hpp"

namespace specrelay {

absl::optional<absl::string_view> HttpRequest::FindHeader(absl::string_view name) const {
  for (const auto& [header, value] : headers) {
    if (absl::EqualsIgnoreCase(header, name)) return absl::string_view(value);
  }
  return absl::nullopt;
}

std::string HttpRequest::Header(absl::string_view name) const {
  return std::string(FindHeader(name).value_or(absl::string_view()));
}

const std::string& HttpRequest::PathParameter(absl::string_view name) const {
  return path_parameters.at(std::string(name));
}

bool HttpRequest::HasPathParameter(absl::string_view name) const {
  return path_parameters.count(std::string(name)) > 0;
}

std::string HttpRequest::QueryParameter(absl::string_view name) const {
  const auto found = query_parameters.find(std::string(name));
  return found == query_parameters.end() ? "" : found->second;
}

HttpResponse HttpResponse::Json(int status, std::string json) {
  HttpResponse response;
  response.status = status;
  response.body = std::move(json);
  response.SetHeader("Content-Type", "application/json");
  return response;
}

HttpResponse HttpResponse::Error(int status, absl::string_view message) {
  const nlohmann::json json = {{"error", std::string(message)}};
  return Json(status, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

HttpResponse HttpResponse::Empty(int status) {
  HttpResponse response;
  response.status = status;
  return response;
}

void HttpResponse::SetHeader(absl::string_view name, absl::string_view value) {
  for (auto& [header, current] : headers) {
    if (absl::EqualsIgnoreCase(header, name)) {
      current = std::string(value);
      return;
    }
  }
  headers.emplace_back(name, value);
}

}  // namespace specrelay
