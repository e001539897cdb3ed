// People who write at a steady rate, whatever happens.
#ifndef SPECRELAY_TESTS_CHAOS_CHAOS_LOAD_H_
#define SPECRELAY_TESTS_CHAOS_CHAOS_LOAD_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "tests/support/cluster.h"

namespace specrelay {

// A write and how it ended.
struct ChaosWrite {
  enum class End {
    kApplied,
    kRefused,  // its author may have taken it back
    kStuck,
  };

  std::string request_id;
  std::string project_id;
  std::string path;           // the file it makes; empty for an entry of the log
  std::string text;           // its content, or the summary of its entry
  bool to_take_back = false;  // once it is queued
  End end = End::kStuck;
  std::string reason;  // of a refusal
};

// Each client writes one thing after the other: a new file, an entry of a log, a file that all share. It sends a write
// whose outcome is not known again, under the same request id, until it is. Half of the writes may be queued; of those
// the client asks until they have ended, or it takes them back. Thread-safe.
class ChaosLoad {
 public:
  // `stuck_after` is the time that a write may take from its first try, faults included.
  ChaosLoad(const Cluster& cluster, std::vector<std::string> projects, int clients, absl::Duration stuck_after);
  ~ChaosLoad() { Stop(); }

  // Begins no more writes, and waits for those under way.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  int64_t commands() const { return commands_; }
  int64_t tries() const { return tries_; }
  int64_t queued() const { return queued_; }          // writes that were queued, at a try
  int64_t taken_back() const { return taken_back_; }  // of them

  // After Stop().
  std::vector<ChaosWrite> TakeWrites() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void RunClient(int client);
  ChaosWrite Plan(int client, int number, v1::ExecuteRequest& request) const;
  void Finish(Client& relay, const v1::ExecuteRequest& request, ChaosWrite& write);
  // Asks what becomes of a write that is queued, for a while.
  static absl::Status Follow(Client& relay, const std::string& request_id);
  static absl::Status TakeBack(Client& relay, const std::string& request_id);

  const Cluster& cluster_;
  const std::vector<std::string> projects_;
  const absl::Duration stuck_after_;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> commands_{0};
  std::atomic<int64_t> tries_{0};
  std::atomic<int64_t> queued_{0};
  std::atomic<int64_t> taken_back_{0};

  absl::Mutex mu_;
  std::vector<ChaosWrite> writes_ ABSL_GUARDED_BY(mu_);

  std::vector<std::thread> clients_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_CHAOS_CHAOS_LOAD_H_
