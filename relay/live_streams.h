// The long streams that are open: agents, watchers and transfers. Ends those whose key was revoked, lets time pass for
// all of them, and bounds their number.
#ifndef SPECRELAY_RELAY_LIVE_STREAMS_H_
#define SPECRELAY_RELAY_LIVE_STREAMS_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "relay/principal.h"

namespace specrelay {

// One open stream. Thread-safe.
class LiveStream {
 public:
  virtual ~LiveStream() = default;

  // Whose key opened it; does not change.
  virtual const Principal& principal() const = 0;

  // Lets time pass: the stream's own timeouts.
  virtual void Tick(absl::Time now) = 0;

  // Ends the stream, politely when it can be. Idempotent.
  virtual void End(const absl::Status& status) = 0;
};

enum class StreamKind { kAgent, kWatcher, kTransfer };

// Thread-safe. Must outlive the admissions it gave.
class LiveStreams {
 public:
  struct Limits {
    int agents = 20'000;
    int agents_per_account = 5'000;
    int watchers = 20'000;
    int watchers_per_account = 5'000;
    // Files that pass in parts, each of which holds up to some MiB.
    int transfers = 256;
    int transfers_per_account = 64;
  };

  explicit LiveStreams(Limits limits) : limits_(limits) {}

  LiveStreams(const LiveStreams&) = delete;
  LiveStreams& operator=(const LiveStreams&) = delete;

  // The right to be open, which a stream holds for as long as it is. Movable; gives the place back on destruction.
  class Admission {
   public:
    Admission() = default;
    Admission(Admission&& other) noexcept { *this = std::move(other); }
    Admission& operator=(Admission&& other) noexcept;
    ~Admission() { Release(); }

   private:
    friend class LiveStreams;
    Admission(LiveStreams* streams, StreamKind kind, std::string account)
        : streams_(streams), kind_(kind), account_(std::move(account)) {}
    void Release();

    LiveStreams* streams_ = nullptr;
    StreamKind kind_ = StreamKind::kAgent;
    std::string account_;
  };

  // RESOURCE_EXHAUSTED, naming the bound, when there are as many as allowed; what EndAll() was given after that.
  absl::StatusOr<Admission> Admit(StreamKind kind, absl::string_view account);

  // Takes part in what follows for as long as the stream lives. After EndAll() the stream is ended at once.
  void Add(std::weak_ptr<LiveStream> stream);

  // Lets time pass for every stream.
  void Tick(absl::Time now);

  // Ends the streams whose principal `still_granted` does not confirm.
  void EndRevoked(absl::FunctionRef<bool(const Principal&)> still_granted);

  // Ends all streams, those that come later too. `status` must not be OK.
  void EndAll(const absl::Status& status);

  // Number of streams that hold an admission.
  int count(StreamKind kind) const;

 private:
  struct Counts {
    int total = 0;
    absl::flat_hash_map<std::string, int> by_account;
  };

  struct Bounds {
    absl::string_view what;
    int total;
    int of_account;
  };
  Bounds BoundsOf(StreamKind kind) const;
  void Release(StreamKind kind, absl::string_view account);
  std::vector<std::shared_ptr<LiveStream>> Streams();

  const Limits limits_;

  mutable absl::Mutex mu_;
  absl::Status end_ ABSL_GUARDED_BY(mu_);  // not OK once all have been ended
  std::map<StreamKind, Counts> counts_ ABSL_GUARDED_BY(mu_);
  std::vector<std::weak_ptr<LiveStream>> streams_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_LIVE_STREAMS_H_
