// What an agent has to say on one stream, and in which order.
#ifndef SPECRELAY_MCP_AGENT_LINK_OUTBOUND_FRAMES_H_
#define SPECRELAY_MCP_AGENT_LINK_OUTBOUND_FRAMES_H_

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "mcp_agent/link/event_outbox.h"
#include "mcp_agent/link/message_outbox.h"
#include "mcp_agent/link/progress_outbox.h"
#include "mcp_agent/link/relay_stream.h"
#include "mcp_agent/link/transfer_outbox.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

struct OutboundLimits {
  int64_t max_outcomes = 2048;
  int64_t max_outcome_bytes = int64_t{128} << 20;
  EventOutboxLimits events;
  ProgressOutboxLimits progress;
};

// Frames are made when the transport can take one: Register first; after Welcome, signs of life before outcomes before
// the rest, so that neither a storm of changes nor a large tree delays an answer. Chunks of bodies come last of all. A
// tree's state stands among the events where it belongs: after those that it includes, before all others. Goodbye comes
// when outcomes and events have left. Every queue is bounded. Pure, not thread-safe.
class OutboundFrames {
 public:
  explicit OutboundFrames(OutboundLimits limits)
      : limits_(limits), events_(limits.events), progress_(limits.progress) {}

  // A new stream: forgets everything and begins with Register.
  void Open(v1::Register registration);
  // The stream has ended: forgets everything.
  void Close();
  // Between Open() and Close().
  bool is_open() const { return open_; }

  // The relay has accepted the agent and takes frames of `max_frame_bytes` (4 MiB when not positive).
  void Welcomed(int64_t max_frame_bytes);

  // As the relay has said; 0 before.
  int64_t max_frame_bytes() const { return max_frame_bytes_; }

  // A relay that pings faster than its pongs leave gets only the latest ones.
  void AddPong(uint64_t nonce);

  // Queues an outcome, made to fit the relay's frames and the queue (see FitOutcome). False when too many wait: the
  // relay sends commands and does not read.
  bool AddOutcome(v1::CommandOutcome outcome, bool is_write);

  // Answers a StateRequest with the state that all events added so far have led to. Takes the place of an earlier
  // answer that has not left yet.
  void SetTreeState(uint64_t nonce, std::vector<v1::FileState> files);

  // Queues a step of a body's transfer: grants and aborts leave before outcomes, chunks and ends when nothing else
  // waits, and an outcome after the chunks of its own body. False when too much waits: the relay grants and does not
  // take.
  bool AddTransfer(v1::Transfer step);

  // Answers whose results go apart: a result leaves as bodies do, its frame as outcomes do when it is its turn.
  MessageOutbox& messages() { return messages_; }

  void SayGoodbye(absl::string_view reason);
  bool saying_goodbye() const { return goodbye_ != GoodbyeState::kNone; }

  // Queues a report of a running job; see ProgressOutbox.
  void AddProgress(v1::JobProgress report) { progress_.Add(std::move(report)); }

  EventOutbox& events() { return events_; }

  // Fills `frame` with what is to be written next, or tells that there is nothing, or that nothing will come any more.
  NextWrite Next(v1::AgentFrame& frame);

 private:
  enum class GoodbyeState { kNone, kWaiting, kSaid };

  // What is left of the answer to a StateRequest.
  struct StateAnswer {
    uint64_t nonce;
    std::vector<v1::FileState> files;
    size_t next = 0;      // first file that has not left
    int64_t after_event;  // of EventOutbox::added(): comes after these
  };

  void TakeBody(v1::AgentFrame& frame);
  bool NextEvents(v1::AgentFrame& frame);
  void TakeTreeState(v1::TreeState& part);

  const OutboundLimits limits_;
  bool open_ = false;
  bool register_waits_ = false;
  v1::Register registration_;
  int64_t max_frame_bytes_ = 0;  // 0 before Welcome
  std::deque<uint64_t> pongs_;
  std::deque<v1::Transfer> grants_;  // and aborts
  std::deque<v1::CommandOutcome> outcomes_;
  int64_t outcome_bytes_ = 0;
  EventOutbox events_;
  ProgressOutbox progress_;
  TransferOutbox transfers_;
  MessageOutbox messages_;
  bool messages_turn_ = false;  // among bodies
  absl::optional<StateAnswer> state_;
  GoodbyeState goodbye_ = GoodbyeState::kNone;
  std::string goodbye_reason_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_OUTBOUND_FRAMES_H_
