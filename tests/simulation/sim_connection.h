// A simulated stream between an agent's link and the relay: a link's RelayStream and a relay's AgentSession in one.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_CONNECTION_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_CONNECTION_H_

#include <memory>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "mcp_agent/link/relay_stream.h"
#include "relay/agent_session.h"
#include "relay/frame_queue.h"
#include "relay/relay.h"
#include "tests/simulation/sim_dialect.h"
#include "tests/simulation/sim_process.h"
#include "tests/simulation/sim_random.h"

namespace specrelay {

// Frames of one direction arrive in order, each after a delay. The stream breaks, and stalls without breaking, when
// told to; what is under way when it breaks is lost or not, as chance has it, and each side hears of it in its own
// time, or never. A frame that was taken is not a frame that has arrived.
//
// One thread. Owned by shared_ptr. `relay`, `random` and both processes must outlive it.
class SimConnection final : public RelayStream,
                            public AgentSession,
                            public std::enable_shared_from_this<SimConnection> {
 public:
  // `relay` is nullptr when nobody listens.
  SimConnection(std::shared_ptr<SimProcess> agent, SimDialect dialect, std::shared_ptr<SimProcess> relay_process,
                Relay* relay, std::shared_ptr<RelayStreamHandler> handler, SimRandom& random);

  // What happens to it.
  enum class Notice { kBoth, kAgent, kRelay, kNobody };
  void Break(Notice notice);
  void Stall() { stalled_ = true; }
  void Unstall();
  // A process has ended: the system closes the stream, after what was written before.
  void OnAgentDeath();
  void OnRelayDeath();

  // RelayStream.
  void Start() override;
  void Wake() override;
  void Cancel() override;

  // AgentSession.
  absl::Status Enqueue(v1::RelayFrame frame) override;
  void Flush() override;
  Queued queued() const override;
  void Close(const absl::Status& status) override;

 private:
  // Frames that are under way in one direction before the sender must wait.
  static constexpr int kWindow = 16;

  // Carries tasks from one process to the other, in order.
  struct Direction {
    absl::Time last_arrival = absl::InfinitePast();  // without leaps
    int frames = 0;                                  // under way
    std::vector<EventLoop::Task> held;
  };
  void Carry(Direction& direction, const std::shared_ptr<SimProcess>& to, EventLoop::Task task);
  void CarryHeld(Direction& direction, const std::shared_ptr<SimProcess>& to);

  void OnRelayFrame(v1::AgentFrame frame);
  // The relay's side of the stream has ended.
  void EndAtRelay(const absl::Status& reason);
  void EndAtAgent(const absl::Status& status);

  const std::shared_ptr<SimProcess> agent_;
  const SimDialect dialect_;
  const std::shared_ptr<SimProcess> relay_process_;
  Relay* const relay_;
  SimRandom& random_;

  // The agent's side.
  std::shared_ptr<RelayStreamHandler> handler_;  // until the end
  bool connected_ = false;
  bool pumping_ = false;
  bool half_closed_ = false;
  bool cancelled_ = false;

  // The relay's side.
  FrameQueue queue_;
  SessionId session_ = kNoSession;
  bool closing_ = false;

  // The network.
  bool stalled_ = false;
  int epoch_ = 0;  // what was sent in an earlier one is lost
  bool broken_ = false;
  Direction to_relay_;
  Direction to_agent_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_CONNECTION_H_
