// Whether a role suffices for a route. Pure; thread-safe.
#ifndef SPECRELAY_DASHBOARD_AUTH_ACCESS_CHECK_H_
#define SPECRELAY_DASHBOARD_AUTH_ACCESS_CHECK_H_

#include "absl/status/status.h"
#include "dashboard/http/route.h"
#include "relay/principal.h"

namespace specrelay {

// PERMISSION_DENIED, with the role that is needed. Agents' keys use none but the open routes.
absl::Status CheckAccess(Access access, Role role);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_ACCESS_CHECK_H_
