#include "dashboard/http/router.h"

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "dashboard/http/url.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Segments = std::vector<std::string>;

bool IsParameter(absl::string_view segment) {
  return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

absl::StatusOr<Segments> PatternSegments(const Route& route) {
  if (!absl::StartsWith(route.pattern, "/")) {
    return absl::InvalidArgumentError(absl::StrCat("route pattern without '/' at its beginning: ", route.pattern));
  }
  return Segments(absl::StrSplit(absl::string_view(route.pattern).substr(1), '/'));
}

// Whether a handler could take the value for a path of its own.
bool IsTreacherous(absl::string_view value) {
  return value == "." || value == ".." || value.find_first_of("/\\") != absl::string_view::npos;
}

}  // namespace

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> texts;
  std::unique_ptr<Node> parameter;
  std::map<std::string, const Route*, std::less<>> routes;  // by method

  // The node at the end of `segments`, text before parameters; nullptr when there is none with a route.
  const Node* Descend(const Segments& segments, size_t depth) const {
    if (depth == segments.size()) return routes.empty() ? nullptr : this;
    const auto text = texts.find(segments[depth]);
    if (text != texts.end()) {
      if (const Node* found = text->second->Descend(segments, depth + 1)) return found;
    }
    return parameter == nullptr || segments[depth].empty() ? nullptr : parameter->Descend(segments, depth + 1);
  }

  std::string AllowedMethods() const {
    std::vector<std::string> methods = {"OPTIONS"};
    for (const auto& [method, route] : routes) {
      methods.push_back(method);
      if (method == "GET") methods.emplace_back("HEAD");
    }
    return absl::StrJoin(methods, ", ");
  }
};

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)), root_(std::make_unique<Node>()) {}
Router::Router(Router&& other) noexcept = default;
Router& Router::operator=(Router&& other) noexcept = default;
Router::~Router() = default;

absl::StatusOr<Router> Router::Make(std::vector<Route> routes) {
  Router router(std::move(routes));
  for (const Route& route : router.routes_) RETURN_IF_ERROR(router.Add(route));
  return router;
}

absl::Status Router::Add(const Route& route) {
  if ((route.handler == nullptr) == (route.begin == nullptr) || (route.begin != nullptr && route.method != "GET")) {
    return absl::InvalidArgumentError(
        absl::StrCat(route.method, " ", route.pattern, " needs either a handler or, if it is a GET, `begin`"));
  }
  ASSIGN_OR_RETURN(const Segments segments, PatternSegments(route));
  Node* node = root_.get();
  for (const std::string& segment : segments) {
    std::unique_ptr<Node>& next = IsParameter(segment) ? node->parameter : node->texts[segment];
    if (next == nullptr) next = std::make_unique<Node>();
    node = next.get();
  }
  if (!node->routes.emplace(route.method, &route).second) {
    return absl::InvalidArgumentError(absl::StrCat("two routes for ", route.method, " ", route.pattern));
  }
  return absl::OkStatus();
}

Router::Result Router::Find(absl::string_view method, absl::string_view path) const {
  Result result;
  const absl::StatusOr<Segments> segments = DecodePath(path);
  if (!segments.ok()) {
    result.answer = HttpResponse::Error(400, segments.status().message());
    return result;
  }
  const Node* node = root_->Descend(*segments, 0);
  if (node == nullptr) {
    result.unknown_path = true;
    result.answer = HttpResponse::Error(404, absl::StrCat("there is nothing at ", path));
    return result;
  }
  const auto found = node->routes.find(method == "HEAD" ? "GET" : method);
  if (found == node->routes.end()) {
    result.answer = method == "OPTIONS" ? HttpResponse::Empty(204)
                                        : HttpResponse::Error(405, absl::StrCat(method, " is not for this address; ",
                                                                                "use ", node->AllowedMethods()));
    result.answer.SetHeader("Allow", node->AllowedMethods());
    return result;
  }
  const Segments names = absl::StrSplit(absl::string_view(found->second->pattern).substr(1), '/');
  for (size_t i = 0; i < names.size(); ++i) {
    if (!IsParameter(names[i])) continue;
    if (IsTreacherous((*segments)[i])) {
      result.answer = HttpResponse::Error(
          400, absl::StrCat(names[i], " in the address may not be \".\" or \"..\" or have '/' or '\\' in it"));
      return result;
    }
    result.parameters[names[i].substr(1, names[i].size() - 2)] = (*segments)[i];
  }
  result.route = found->second;
  return result;
}

}  // namespace specrelay
