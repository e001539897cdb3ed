// A browser that has shown a key, for as long as it need not show it again.
#ifndef SPECRELAY_DASHBOARD_AUTH_SESSION_H_
#define SPECRELAY_DASHBOARD_AUTH_SESSION_H_

#include <string>

#include "absl/time/time.h"
#include "relay/principal.h"

namespace specrelay {

// A value. Times are whole seconds.
struct Session {
  std::string id;  // the same after a renewal
  Principal principal;
  absl::Time issued_at;
  absl::Time expires_at;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_AUTH_SESSION_H_
