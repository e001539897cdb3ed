// What the calls that transfer files have in common.
#ifndef SPECRELAY_RELAY_TRANSFER_CALL_OPTIONS_H_
#define SPECRELAY_RELAY_TRANSFER_CALL_OPTIONS_H_

#include "absl/time/time.h"

namespace specrelay {

struct TransferCallOptions {
  absl::Duration write_timeout = absl::Seconds(30);  // one message
  absl::Duration linger = absl::Seconds(2);          // for the message under way when the call fails
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TRANSFER_CALL_OPTIONS_H_
