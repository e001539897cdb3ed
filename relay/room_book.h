// How much of something is kept for each project, for each account and in all, within bounds.
#ifndef SPECRELAY_RELAY_ROOM_BOOK_H_
#define SPECRELAY_RELAY_ROOM_BOOK_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace specrelay {

// Account and project id.
using ProjectKey = std::pair<std::string, std::string>;

// Commands, and the bytes of memory that they take.
struct Room {
  int commands = 0;
  int64_t bytes = 0;
};

// Pure bookkeeping, not thread-safe.
class RoomBook {
 public:
  struct Limits {
    Room project;
    Room account;
    Room total;
  };

  // `what` names for people what is kept: "the offline queue"; `advice` what to do when it is full.
  RoomBook(absl::string_view what, Limits limits, absl::string_view advice = "start the agent, or cancel some")
      : what_(what), advice_(advice), limits_(limits) {}

  // Makes room for one command. RESOURCE_EXHAUSTED, naming the bound, when there is none.
  absl::Status Take(const ProjectKey& project, int64_t bytes);

  // Gives back what Take() took.
  void Give(const ProjectKey& project, int64_t bytes);

  // What may still be taken for a project.
  Room Free(const ProjectKey& project) const;

  const Room& used() const { return used_; }

 private:
  absl::Status Check(absl::string_view whose, const Room& used, const Room& limit, int64_t bytes) const;

  const std::string what_;
  const std::string advice_;
  const Limits limits_;
  absl::flat_hash_map<ProjectKey, Room> projects_;  // none is empty
  absl::flat_hash_map<std::string, Room> accounts_;
  Room used_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_ROOM_BOOK_H_
