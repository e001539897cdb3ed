// Where messages for the client go.
#ifndef SPECRELAY_MCP_AGENT_MCP_MESSAGE_SINK_H_
#define SPECRELAY_MCP_AGENT_MCP_MESSAGE_SINK_H_

#include <string>

namespace specrelay {

// Thread-safe. Keeps the order of the calls, and never calls back, so that callers may hold locks.
class MessageSink {
 public:
  virtual ~MessageSink() = default;

  // Queues a message, without its line end. Never refuses: callers bound what they have under way.
  virtual void Send(std::string line) = 0;

  // The same for what the client can do without: false, and dropped, when it reads more slowly than it is sent to.
  virtual bool TrySend(std::string line) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_MESSAGE_SINK_H_
