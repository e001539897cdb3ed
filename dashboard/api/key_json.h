// Keys as the HTTP contract has them. Pure; thread-safe.
#ifndef SPECRELAY_DASHBOARD_API_KEY_JSON_H_
#define SPECRELAY_DASHBOARD_API_KEY_JSON_H_

#include "absl/time/time.h"
#include "dashboard/api/json_values.h"
#include "relay/keys_document.h"

namespace specrelay {

// Times that are not known, or never come, are null. Never the hash.
Json KeyJson(const KeyRecord& key, absl::Time now);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_KEY_JSON_H_
