// How commands have ended, for those who ask later.
#ifndef SPECRELAY_RELAY_FINISHED_COMMANDS_H_
#define SPECRELAY_RELAY_FINISHED_COMMANDS_H_

#include <cstdint>
#include <list>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// Bounded by count, bytes and age; the oldest go first. Pure bookkeeping, not thread-safe.
class FinishedCommands {
 public:
  struct Limits {
    int commands = 10'000;
    int64_t bytes = 32 << 20;
    absl::Duration keep = absl::Minutes(10);
  };

  explicit FinishedCommands(Limits limits) : limits_(limits) {}

  // Replaces what is known of that id.
  void Remember(absl::string_view account, v1::CommandStatus status, absl::Time now);

  // nullptr when it is not known (any longer).
  const v1::CommandStatus* Find(absl::string_view account, absl::string_view request_id) const;

  void Forget(absl::string_view account, absl::string_view request_id);
  void ForgetOld(absl::Time now);

  // Calls `visit(const v1::CommandStatus&)` for the commands of an account, oldest first.
  template <typename Visit>
  void ForEach(absl::string_view account, const Visit& visit) const {
    for (const Entry& entry : order_) {
      if (entry.key.first == account) visit(entry.status);
    }
  }

  int count() const { return static_cast<int>(by_key_.size()); }

 private:
  using Key = std::pair<std::string, std::string>;  // account, request id
  struct Entry {
    Key key;
    absl::Time at;
    v1::CommandStatus status;
    int64_t bytes;
  };

  void ForgetOldest();

  const Limits limits_;
  std::list<Entry> order_;  // oldest first
  absl::flat_hash_map<Key, std::list<Entry>::iterator> by_key_;
  int64_t bytes_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_FINISHED_COMMANDS_H_
