// Commands that came over the current stream and have not been answered.
#ifndef SPECRELAY_MCP_AGENT_LINK_DELIVERED_COMMANDS_H_
#define SPECRELAY_MCP_AGENT_LINK_DELIVERED_COMMANDS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/link/body_line.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// Names a delivery for the life of the link; never reused, so that a late answer never meets another stream's command.
using DeliveryToken = int64_t;

// Pure bookkeeping, not thread-safe. A delivery waits, then has begun, then is gone. Its owner bounds how many there
// are.
class DeliveredCommands {
 public:
  // The command waits from now on. `body` is the line of its body; nullptr when it has none.
  DeliveryToken Add(v1::CommandDelivery delivery, absl::Time now, std::shared_ptr<BodyLine> body = nullptr);

  // What the next Add() will return.
  DeliveryToken NextToken() const { return last_token_ + 1; }

  // The line of the latest command of that request id; nullptr when there is none.
  std::shared_ptr<BodyLine> FindBody(absl::string_view request_id) const;

  // Whether a command has been neither answered nor taken back, nor has its stream ended.
  bool Contains(DeliveryToken token) const { return commands_.contains(token); }

  std::shared_ptr<BodyLine> BodyOf(DeliveryToken token) const;

  // The lines of all commands.
  std::vector<std::shared_ptr<BodyLine>> Bodies() const;

  // A waiting command begins and leaves the record's hands; nullptr when it is gone (cancelled, or its stream ended).
  // `expired` tells that nobody waits for it any longer.
  std::unique_ptr<v1::CommandDelivery> Begin(DeliveryToken token, absl::Time now, bool& expired);

  // A command that has begun without doing anything waits again. False when its stream has ended.
  bool PutBack(DeliveryToken token, std::unique_ptr<v1::CommandDelivery> delivery);

  // A command has ended. False when its stream has ended before.
  bool Finish(DeliveryToken token) { return commands_.erase(token) > 0; }

  // Takes back all waiting commands of that request id. False when there was none.
  bool Cancel(absl::string_view request_id);

  // Takes back all waiting commands; their request ids.
  std::vector<std::string> CancelWaiting();

  // The request ids of all that have begun.
  std::vector<std::string> Begun() const;

  void Clear() { commands_.clear(); }
  int64_t size() const { return static_cast<int64_t>(commands_.size()); }

 private:
  struct Entry {
    std::string request_id;
    std::unique_ptr<v1::CommandDelivery> waiting;  // nullptr once begun
    absl::Time deadline;
    std::shared_ptr<BodyLine> body;  // nullptr: none
  };

  DeliveryToken last_token_ = 0;
  absl::btree_map<DeliveryToken, Entry> commands_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_DELIVERED_COMMANDS_H_
