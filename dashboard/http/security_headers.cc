#include "dashboard/http/security_headers.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"

namespace specrelay {
namespace {

// Scripts and styles are files of the site; styles also as attributes, which the site's components and rendered
// documents have. Images of a document stand in it: one from elsewhere would tell its owner who reads, and what.
constexpr char kPagePolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";
// What is no page has no business running or loading anything, should a browser be led to show it.
constexpr char kDataPolicy[] = "default-src 'none'; frame-ancestors 'none'";

absl::string_view HeaderOf(const HttpResponse& response, absl::string_view name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [name](const auto& header) { return absl::EqualsIgnoreCase(header.first, name); });
  return found == response.headers.end() ? absl::string_view() : absl::string_view(found->second);
}

void SetUnlessThere(absl::string_view name, absl::string_view value, HttpResponse& response) {
  if (HeaderOf(response, name).empty()) response.SetHeader(name, value);
}

}  // namespace

void AddSecurityHeaders(HttpResponse& response) {
  const bool page = absl::StartsWith(HeaderOf(response, "Content-Type"), "text/html");
  SetUnlessThere("Content-Security-Policy", page ? kPagePolicy : kDataPolicy, response);
  SetUnlessThere("X-Content-Type-Options", "nosniff", response);
  SetUnlessThere("X-Frame-Options", "DENY", response);
  SetUnlessThere("Referrer-Policy", "no-referrer", response);
  SetUnlessThere("Cross-Origin-Resource-Policy", "same-origin", response);
  SetUnlessThere("Cross-Origin-Opener-Policy", "same-origin", response);
  // An answer with an ETag is kept and asked about again; any other is not kept at all.
  SetUnlessThere("Cache-Control", HeaderOf(response, "ETag").empty() ? "no-store" : "private, no-cache", response);
}

}  // namespace specrelay
