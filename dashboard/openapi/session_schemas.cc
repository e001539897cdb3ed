#include "dashboard/openapi/api_schemas.h"

namespace specrelay {

void AddSessionSchemas(Schema& schemas) {
  schemas["LogIn"] = Object({{"key", Text("An API key: srk_…")}});
  schemas["Session"] = Object({{"account", Text()},
                               {"role", Choice({"viewer", "user", "admin"})},
                               {"keyName", Text("Name of the key")},
                               {"expiresAt", OrNull(Time())}},
                              "Who is logged in; `expiresAt` is null when the caller shows a key");
  schemas["LoginLink"] = Object({{"url", Text("Opens the website as the caller, once")}, {"expiresAt", Time()}});
}

}  // namespace specrelay
