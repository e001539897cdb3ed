// Which compressed form of an answer a client takes.
#ifndef SPECRELAY_DASHBOARD_SITE_ACCEPT_ENCODING_H_
#define SPECRELAY_DASHBOARD_SITE_ACCEPT_ENCODING_H_

#include <vector>

#include "absl/strings/string_view.h"

namespace specrelay {

// Those of "br" and "gzip" that `accept_encoding` (the header's value) takes, the one it likes better first; "br" first
// when it likes both the same. Coding names are compared without case; q=0 excludes; "*" stands for all not named.
std::vector<absl::string_view> AcceptedEncodings(absl::string_view accept_encoding);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_SITE_ACCEPT_ENCODING_H_
