#include "dashboard/site/site.h"

#include <algorithm>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dashboard/http/entity_tag.h"
#include "dashboard/http/error_response.h"
#include "dashboard/http/url.h"
#include "dashboard/site/accept_encoding.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr char kIndex[] = "index.html";
constexpr char kAssets[] = "assets";
constexpr size_t kLeastHashLength = 8;

struct ContentType {
  absl::string_view ending;
  absl::string_view type;
};

constexpr ContentType kContentTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".gif", "image/gif"},
    {".webp", "image/webp"},
    {".avif", "image/avif"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".ttf", "font/ttf"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".xml", "application/xml"},
    {".mp3", "audio/mpeg"},
    {".mp4", "video/mp4"},
};

bool IsHashChar(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-'; }

bool IsNavigation(const HttpRequest& request) { return absl::StrContains(request.Header("Accept"), "text/html"); }

HttpResponse NotFound(absl::string_view path) {
  return HttpResponse::Error(404, absl::StrCat("there is nothing at ", path));
}

}  // namespace

absl::string_view ContentTypeOf(absl::string_view name) {
  for (const ContentType& known : kContentTypes) {
    if (absl::EndsWithIgnoreCase(name, known.ending)) return known.type;
  }
  return "application/octet-stream";
}

bool HasHashInName(absl::string_view name) {
  if (name.find('.') == absl::string_view::npos) return false;
  const absl::string_view stem = name.substr(0, name.find('.'));
  if (stem.size() <= kLeastHashLength) return false;
  // The hash may have dashes itself.
  const size_t dash = stem.rfind('-', stem.size() - kLeastHashLength - 1);
  if (dash == absl::string_view::npos) return false;
  const absl::string_view hash = stem.substr(dash + 1);
  // "my-component.js" has none: a hash of small letters alone is rare, and then only asked about in vain.
  return std::all_of(hash.begin(), hash.end(), IsHashChar) && std::any_of(hash.begin(), hash.end(), [](char c) {
           return absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
                  absl::ascii_isupper(static_cast<unsigned char>(c));
         });
}

absl::StatusOr<Site> Site::Open(const std::string& root) {
  ASSIGN_OR_RETURN(SiteDirectory directory, SiteDirectory::Open(root));
  if (!directory.Read({kIndex}).ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("there is no index.html in ", root, "; give the directory of the built website"));
  }
  return Site(std::move(directory));
}

HttpResponse Site::Get(const HttpRequest& request) const {
  const absl::StatusOr<std::vector<std::string>> path = DecodePath(request.path);
  if (!path.ok()) return ErrorResponse(path.status());
  const std::vector<std::string>& segments = *path;
  if (segments[0] == "api") return NotFound(request.path);
  const bool is_root = segments.size() == 1 && segments[0].empty();
  if (!is_root) {
    if (absl::optional<HttpResponse> file = Serve(segments, request)) return *std::move(file);
    if (segments[0] == kAssets || !IsNavigation(request)) return NotFound(request.path);
  }
  if (absl::optional<HttpResponse> index = Serve({kIndex}, request)) return *std::move(index);
  return NotFound(request.path);
}

absl::optional<HttpResponse> Site::Serve(const std::vector<std::string>& segments, const HttpRequest& request) const {
  absl::StatusOr<SiteFile> file = directory_.Read(segments);
  if (!file.ok()) return absl::nullopt;
  const std::string& name = segments.back();
  HttpResponse response;
  for (const absl::string_view coding : AcceptedEncodings(request.Header("Accept-Encoding"))) {
    std::vector<std::string> sibling = segments;
    sibling.back() = absl::StrCat(name, coding == "br" ? ".br" : ".gz");
    absl::StatusOr<SiteFile> compressed = directory_.Read(sibling);
    if (!compressed.ok()) continue;
    file = std::move(compressed);
    response.SetHeader("Content-Encoding", coding);
    break;
  }
  response.SetHeader("Content-Type", ContentTypeOf(name));
  response.SetHeader("Vary", "Accept-Encoding");
  response.SetHeader("ETag", file->tag);
  const bool immutable = segments[0] == kAssets && HasHashInName(name);
  response.SetHeader("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (IncludesEntityTag(request.Header("If-None-Match"), file->tag)) {
    response.status = 304;
  } else {
    response.body = std::move(file->content);
  }
  return response;
}

}  // namespace specrelay
