// Finds the route of a request.
#ifndef SPECRELAY_DASHBOARD_HTTP_ROUTER_H_
#define SPECRELAY_DASHBOARD_HTTP_ROUTER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dashboard/http/http_message.h"
#include "dashboard/http/route.h"

namespace specrelay {

// Immutable, hence thread-safe.
class Router {
 public:
  // INVALID_ARGUMENT for a pattern that is malformed or there twice with a method.
  static absl::StatusOr<Router> Make(std::vector<Route> routes);

  Router(Router&& other) noexcept;
  Router& operator=(Router&& other) noexcept;
  ~Router();

  struct Result {
    const Route* route = nullptr;  // lives as long as the router
    std::map<std::string, std::string> parameters;
    bool unknown_path = false;  // no route has that path, whatever the method
    HttpResponse answer;        // when there is no route: 400, 404, 405, or 204 to OPTIONS
  };

  // `path` is percent-encoded still. At each segment text wins over a parameter. A parameter is refused when it is
  // empty, "." or ".." or has a '/' or '\' in it: nothing that a handler is given can be read as a path.
  Result Find(absl::string_view method, absl::string_view path) const;

  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Node;

  explicit Router(std::vector<Route> routes);

  absl::Status Add(const Route& route);

  std::vector<Route> routes_;  // unchanged after Make(): nodes point into it
  std::unique_ptr<Node> root_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_ROUTER_H_
