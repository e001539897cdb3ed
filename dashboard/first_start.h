// What a server does when it is started without a keys file.
#ifndef SPECRELAY_DASHBOARD_FIRST_START_H_
#define SPECRELAY_DASHBOARD_FIRST_START_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "proto/support/clock.h"

namespace specrelay {

// The admin key of a first start. Keep it from logs.
struct FirstKey {
  std::string key;
  std::string path;  // of a file of mode 0600 that holds it, alone on its line
};

// When there is no file at `keys_file`, makes one with an admin key of the account "default", and a file beside it for
// that key; else there is nothing to do. Errors as of CreateKey.
absl::StatusOr<absl::optional<FirstKey>> MakeFirstKey(absl::string_view keys_file, const Clock& clock);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_FIRST_START_H_
