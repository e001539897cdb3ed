// The parts of a request's target: percent-encoding and queries. Thread-safe.
#ifndef SPECRELAY_DASHBOARD_HTTP_URL_H_
#define SPECRELAY_DASHBOARD_HTTP_URL_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// "a%20b" is "a b". INVALID_ARGUMENT for a '%' without two hexadecimal digits, and for what then is not UTF-8 or has a
// NUL.
absl::StatusOr<std::string> PercentDecode(absl::string_view text);

// The segments of a path that begins with '/', decoded each by itself, so that an encoded '/' separates nothing:
// "/a%2Fb/" is {"a/b", ""}. Errors as of PercentDecode; INVALID_ARGUMENT when there is no '/' at the beginning.
absl::StatusOr<std::vector<std::string>> DecodePath(absl::string_view path);

// "a=1&b=x+y" is {a: "1", b: "x y"}; of several with a name, the first. Errors as of PercentDecode.
absl::StatusOr<std::map<std::string, std::string>> ParseQuery(absl::string_view query);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_URL_H_
