// A load of mixed writes, each sent several times, and whether each took effect once.
#ifndef SPECRELAY_TESTS_INTEGRATION_WRITE_MIX_H_
#define SPECRELAY_TESTS_INTEGRATION_WRITE_MIX_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "specrelay/v1/relay.pb.h"
#include "tests/integration/write_kinds.h"

namespace specrelay {

// Prepare() before the agents start, then Run() once, then ExpectExactlyOnce().
class WriteMix {
 public:
  // Sends a write, whose request id says which it is, and returns its final outcome. Called on several threads at once.
  using Send = std::function<WriteAnswer(const v1::ExecuteRequest&)>;

  // `writes` writes; the same `seed` makes the same requests and decides alike how often each is sent.
  WriteMix(int writes, uint32_t seed);

  // Puts what the writes start from into `tree_dir`.
  void Prepare(const std::string& tree_dir) const { PrepareForWrites(tree_dir, strands_per_kind_); }

  // Sends every write two or three times from `clients` threads: the first alone or together with a second, the rest
  // right after the answer or when the strand has ended. All answers to one write must be equal.
  void Run(int clients, const Send& send) ABSL_LOCKS_EXCLUDED(mu_);

  // Waits until `count` more answers have come. False when the run ended first.
  bool WaitForAnswers(int count) ABSL_LOCKS_EXCLUDED(mu_);

  // Fails the test unless each write that was applied took effect once, is audited once, and none that was refused is;
  // unless every file parses, and unless every file is as the audit says. To be called when nobody writes any longer.
  void ExpectExactlyOnce(const std::string& tree_dir, const std::string& machine_dir) const;

  // Answers so far, to all copies.
  int answers() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Planned {
    WriteStrand strand;
    WriteAnswers answers;  // owned by the thread that runs the strand
  };

  void RunStrands(const Send& send) ABSL_LOCKS_EXCLUDED(mu_);
  void RunStrand(Planned& planned, std::mt19937& random, const Send& send);
  WriteAnswer SendCounted(const v1::ExecuteRequest& request, const Send& send) ABSL_LOCKS_EXCLUDED(mu_);
  WriteAnswer SendTogether(const v1::ExecuteRequest& request, int copies, const Send& send);

  const uint32_t seed_;
  int strands_per_kind_ = 0;
  std::vector<Planned> planned_;

  mutable absl::Mutex mu_;
  size_t next_ ABSL_GUARDED_BY(mu_) = 0;  // of planned_
  int answers_ ABSL_GUARDED_BY(mu_) = 0;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_WRITE_MIX_H_
