// The transport under an agent's link, narrow enough to be replaced in tests and simulations.
#ifndef SPECRELAY_MCP_AGENT_LINK_RELAY_STREAM_H_
#define SPECRELAY_MCP_AGENT_LINK_RELAY_STREAM_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// Answer to a transport that can take another frame.
enum class NextWrite {
  kFrame,      // here it is
  kNothing,    // nothing now; Wake() tells when to ask again
  kHalfClose,  // nothing will come any more
};

// The link's side of a stream. Called from the transport's threads, and inside Start() and Wake(); never by two threads
// for writing, nor by two for reading. Must not block.
class RelayStreamHandler {
 public:
  virtual ~RelayStreamHandler() = default;

  // The transport can take a frame; all that it took before have been written, or go with this one in one message. Not
  // called after kHalfClose.
  virtual NextWrite OnWritable(v1::AgentFrame& frame) = 0;

  // A frame has come, in a message that was read at that time; others of it may follow.
  virtual void OnFrame(v1::RelayFrame frame, absl::Time read_at) = 0;

  // The stream has ended, for whatever reason. The last call; comes exactly once after Start().
  virtual void OnClosed(absl::Status status) = 0;
};

// One attempt at a stream to the relay. Thread-safe. Lives until its end whether or not anyone holds it.
class RelayStream {
 public:
  virtual ~RelayStream() = default;

  // Begins to connect. At most once. Not under a lock that the handler takes; the same goes for Wake().
  virtual void Start() = 0;

  // There is something to write. Any number of times, also after the end.
  virtual void Wake() = 0;

  // Ends the stream at once; OnClosed comes soon. Any number of times, also before Start() and after the end.
  virtual void Cancel() = 0;
};

// Makes streams. Thread-safe.
class RelayConnector {
 public:
  virtual ~RelayConnector() = default;

  // A stream that is not started yet and authenticates with `api_key`. Errors are about the configuration, such as a
  // certificate file that cannot be read. May read files.
  virtual absl::StatusOr<std::shared_ptr<RelayStream>> NewStream(absl::string_view api_key,
                                                                 std::shared_ptr<RelayStreamHandler> handler) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_RELAY_STREAM_H_
