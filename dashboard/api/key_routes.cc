#include <string>
#include <utility>

#include "dashboard/api/key_json.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// The keys of the account.

namespace specrelay {
namespace {

absl::StatusOr<HttpResponse> ListKeys(const ApiCall& call) {
  Json list = Json::array();
  for (const KeyRecord& key : call.services().keys.KeysOf(call.caller().principal.account)) {
    list.push_back(KeyJson(key, call.services().clock.Now()));
  }
  return JsonAnswer(list);
}

}  // namespace

std::vector<Route> KeyRoutes(ApiServices& services) {
  return {ApiRoute(
      services,
      {"GET", "/api/keys", Access::kAdmin,
       "Lists the keys of the account; what they open with is shown when they are made and never again", "", "KeyList"},
      ListKeys)};
}

}  // namespace specrelay
