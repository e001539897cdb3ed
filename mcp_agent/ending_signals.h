// SIGTERM and SIGINT as a call.
#ifndef SPECRELAY_MCP_AGENT_ENDING_SIGNALS_H_
#define SPECRELAY_MCP_AGENT_ENDING_SIGNALS_H_

#include <signal.h>

#include <functional>
#include <thread>

namespace specrelay {

// Waits for the signals on a thread of its own. They must be blocked in every thread. `on_signal` is called on that
// thread, for each signal; what it uses must outlive this.
class EndingSignals {
 public:
  EndingSignals(const sigset_t& ending, std::function<void()> on_signal);
  ~EndingSignals();
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;

 private:
  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_ENDING_SIGNALS_H_
