#include "mcp_agent/ending_signals.h"

#include <pthread.h>

#include <utility>

namespace specrelay {
namespace {

// What the thread itself is told to end with; nobody else sends it.
constexpr int kStopSignal = SIGUSR2;

}  // namespace

EndingSignals::EndingSignals(const sigset_t& ending, std::function<void()> on_signal) {
  sigset_t awaited = ending;
  sigaddset(&awaited, kStopSignal);
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, kStopSignal);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);  // the thread inherits it
  thread_ = std::thread([awaited, on_signal = std::move(on_signal)] {
    int signal_number = 0;
    while (sigwait(&awaited, &signal_number) == 0 && signal_number != kStopSignal) on_signal();
  });
}

EndingSignals::~EndingSignals() {
  pthread_kill(thread_.native_handle(), kStopSignal);
  thread_.join();
}

}  // namespace specrelay
