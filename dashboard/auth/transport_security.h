// Keeps browsers from going back to plain HTTP. Pure; thread-safe.
#ifndef SPECRELAY_DASHBOARD_AUTH_TRANSPORT_SECURITY_H_
#define SPECRELAY_DASHBOARD_AUTH_TRANSPORT_SECURITY_H_

#include "dashboard/http/http_message.h"

namespace specrelay {

// Adds Strict-Transport-Security when the request came encrypted. Not for localhost, which is many servers, each with
// a port of its own, and browsers take the promise of one for all of them.
void AddTransportSecurity(const HttpRequest& request, HttpResponse& response);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_TRANSPORT_SECURITY_H_
