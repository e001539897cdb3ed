#include "proto/support/callback_threads.h"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "grpcpp/alarm.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

constexpr int kProcesses = 200;
// More than there are processors, so that threads overtake one another.
constexpr int kProcessesAtOnce = 8;
constexpr unsigned kPatienceSeconds = 60;

// What an alarm does is done by threads of gRPC that are not for callbacks: by which one depends on who cancels it.
// Waits for ever when one of them is gone.
void RunSomethingOnEachOtherThread() {
  constexpr int kAlarms = 64;
  absl::BlockingCounter running(kAlarms);
  std::vector<std::thread> cancelling;
  for (int i = 0; i < kAlarms; ++i) {
    cancelling.emplace_back([&running] {
      grpc::Alarm alarm;
      const auto never = std::chrono::system_clock::now() + std::chrono::hours(1);
      alarm.Set(never, [&running](bool) { running.DecrementCount(); });
      alarm.Cancel();
    });
  }
  for (std::thread& thread : cancelling) thread.join();
  running.Wait();
}

TEST(CallbackThreadsTest, AreKeptWithoutLossOfAnyOtherThread) {
  int running = 0;
  int stuck = 0;
  const auto wait_for_one = [&] {
    int status = 0;
    if (wait(&status) < 0 || status != 0) ++stuck;
    --running;
  };
  for (int i = 0; i < kProcesses; ++i) {
    if (running == kProcessesAtOnce) wait_for_one();
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      alarm(kPatienceSeconds);
      KeepCallbackThreads();
      RunSomethingOnEachOtherThread();
      _exit(0);
    }
    ++running;
  }
  while (running > 0) wait_for_one();
  EXPECT_EQ(stuck, 0);
}

}  // namespace
}  // namespace specrelay
