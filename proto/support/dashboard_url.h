// Where people reach the dashboard, as owners of servers and agents state it.
#ifndef SPECRELAY_PROTO_SUPPORT_DASHBOARD_URL_H_
#define SPECRELAY_PROTO_SUPPORT_DASHBOARD_URL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// `text` as the beginning of links: an http or https URL without query and fragment, without a slash at the end. Empty
// for an empty one. INVALID_ARGUMENT, with an example, for anything else: links are shown to people and to models, so
// that nothing may stand in them but an address. Pure.
absl::StatusOr<std::string> ParseDashboardUrl(absl::string_view text);

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_DASHBOARD_URL_H_
