// The text of recent events, made once for all who watch them.
#ifndef SPECRELAY_DASHBOARD_EVENTS_RENDERED_EVENTS_H_
#define SPECRELAY_DASHBOARD_EVENTS_RENDERED_EVENTS_H_

#include <array>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

// Thread-safe. Each event has one slot that it may share with others; the latest has it, so memory is bounded by slots
// times kMaxKeptBytes. Watchers that keep up ask for the same few events at the same time; one that catches up may
// have to make the text anew.
class RenderedEvents {
 public:
  static constexpr size_t kMaxKeptBytes = 32 << 10;  // longer texts are made for each who asks

  using Text = std::shared_ptr<const std::string>;

  // EventText(*event).
  Text TextOf(const std::shared_ptr<const v1::Event>& event);

 private:
  struct Slot {
    absl::Mutex mu;
    // Not an owner, and never another event at the same address while it is held.
    std::weak_ptr<const v1::Event> event ABSL_GUARDED_BY(mu);
    Text text ABSL_GUARDED_BY(mu);
  };

  static constexpr size_t kSlots = 512;
  std::array<Slot, kSlots> slots_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_EVENTS_RENDERED_EVENTS_H_
