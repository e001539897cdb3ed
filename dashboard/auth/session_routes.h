// Logging in and out.
#ifndef SPECRELAY_DASHBOARD_AUTH_SESSION_ROUTES_H_
#define SPECRELAY_DASHBOARD_AUTH_SESSION_ROUTES_H_

#include <vector>

#include "dashboard/auth/authenticator.h"
#include "dashboard/auth/login_links.h"
#include "dashboard/auth/session_tokens.h"
#include "dashboard/http/route.h"

namespace specrelay {

// What the handlers work with. Outlives every call.
struct SessionServices {
  Authenticator& authenticator;
  SessionTokens& sessions;
  LoginLinks& links;
};

// POST, GET and DELETE /api/session, POST /api/session/links, GET /login.
std::vector<Route> SessionRoutes(const SessionServices& services);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_SESSION_ROUTES_H_
