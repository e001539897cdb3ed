// What either side of an agent's stream says that it understands, when it introduces itself. Thread-safe.
#ifndef SPECRELAY_PROTO_SUPPORT_CAPABILITIES_H_
#define SPECRELAY_PROTO_SUPPORT_CAPABILITIES_H_

#include <algorithm>

#include "absl/strings/string_view.h"

namespace specrelay {

// It takes frames that hold more of them.
inline constexpr char kBatchCapability[] = "batch";
// It takes part in transfers of files.
inline constexpr char kTransferCapability[] = "transfer";
// It takes large commands and answers apart from their frames, too.
inline constexpr char kTransferMessageCapability[] = "transfer-message";
// It takes compressed chunks, too.
inline constexpr char kTransferGzipCapability[] = "transfer-gzip";

// Whether `introduction`, a Register or a Welcome, names the capability.
template <typename Introduction>
bool Names(const Introduction& introduction, absl::string_view capability) {
  const auto& names = introduction.capabilities();
  return std::find(names.begin(), names.end(), capability) != names.end();
}

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_CAPABILITIES_H_
