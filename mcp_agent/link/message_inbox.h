// Commands that come apart from their frames because they are large.
#ifndef SPECRELAY_MCP_AGENT_LINK_MESSAGE_INBOX_H_
#define SPECRELAY_MCP_AGENT_LINK_MESSAGE_INBOX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "proto/support/body_transfer.h"
#include "proto/support/message_body.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

// One of them. What unpacks, hashes and parses is for the flow of the stream that it comes over, without a lock.
class IncomingCommand {
 public:
  IncomingCommand(v1::CommandDelivery header, ChunkEncoding encoding, absl::Time now);

  // Constant.
  const std::string& transfer_id() const { return body_.transfer_id(); }
  const std::string& request_id() const { return header_.request_id(); }
  int64_t size_bytes() const { return body_.size_bytes(); }
  absl::Time deadline() const { return deadline_; }

  // For the flow of the stream.

  // A chunk or the end. DATA_LOSS whatever is wrong with it, since it can be sent again; nothing may follow then.
  absl::Status Take(v1::Transfer step);
  absl::optional<v1::Transfer> NextGrant() { return body_.NextGrant(); }
  bool whole() const { return body_.complete(); }
  // The command once it is whole, with the time that is left of it.
  v1::CommandDelivery Release(absl::Time now);

 private:
  v1::CommandDelivery header_;
  const absl::Time deadline_;
  IncomingBody body_;
};

// Those of one stream. Bounded: a relay sends hardly more than one at a time. Pure, not thread-safe.
class MessageInbox {
 public:
  static constexpr int64_t kMaxCommandBytes = int64_t{72} << 20;
  static constexpr int64_t kMaxBytes = int64_t{160} << 20;
  static constexpr size_t kMaxCommands = 64;

  // The frame of a command has come, and its body is to. INVALID_ARGUMENT when it cannot be one, RESOURCE_EXHAUSTED
  // when there is no room.
  absl::StatusOr<std::shared_ptr<IncomingCommand>> Begin(v1::CommandDelivery header, ChunkEncoding encoding,
                                                         absl::Time now);

  // nullptr when there is none (any longer).
  std::shared_ptr<IncomingCommand> Find(absl::string_view transfer_id) const;

  // Forgets one and returns it, since freeing it takes a while; nullptr when it is not known.
  std::shared_ptr<const IncomingCommand> Drop(absl::string_view transfer_id);
  // The same for those whose time is over, for those of a request id, and for all.
  using Dropped = std::vector<std::shared_ptr<const IncomingCommand>>;
  Dropped DropOverdue(absl::Time now);
  Dropped DropCommand(absl::string_view request_id);
  Dropped DropAll();

 private:
  template <typename Chosen>
  Dropped DropThose(const Chosen& chosen);

  absl::btree_map<std::string, std::shared_ptr<IncomingCommand>> commands_;  // by transfer id
  int64_t bytes_ = 0;                                                        // as announced
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_MESSAGE_INBOX_H_
