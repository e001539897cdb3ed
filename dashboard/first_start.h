// What a server does when it is started without a keys file.
#ifndef SPECRELAY_DASHBOARD_FIRST_START_H_
#define SPECRELAY_DASHBOARD_FIRST_START_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/support/clock.h"

namespace specrelay {

// When there is no file at `keys_file`, makes one with an admin key of the account "default", and writes that key alone
// to a file of mode 0600 beside it, whose path is returned; else returns "". Errors as of CreateKey.
absl::StatusOr<std::string> MakeFirstKey(absl::string_view keys_file, const Clock& clock);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_FIRST_START_H_
