// What both ends of an agent's stream do about frames that pass together in one message (the field `more`), which
// spares both of them most of the work of a message when many commands are under way.
#ifndef SPECRELAY_PROTO_SUPPORT_FRAME_BATCH_H_
#define SPECRELAY_PROTO_SUPPORT_FRAME_BATCH_H_

#include <cstdint>

namespace specrelay {

// A message that has as many bytes takes no further frame: what is large gains nothing and would delay the others.
inline constexpr int64_t kFullBatchBytes = int64_t{32} << 10;

// Most frames that the first of a message may hold.
inline constexpr int kMaxBatchFrames = 256;

}  // namespace specrelay

#endif  // SPECRELAY_PROTO_SUPPORT_FRAME_BATCH_H_
