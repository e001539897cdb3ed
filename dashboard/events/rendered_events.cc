#include "dashboard/events/rendered_events.h"

#include "absl/hash/hash.h"
#include "dashboard/events/event_text.h"

namespace specrelay {
namespace {

bool IsSame(const std::weak_ptr<const v1::Event>& left, const std::shared_ptr<const v1::Event>& right) {
  return !left.owner_before(right) && !right.owner_before(left);
}

}  // namespace

RenderedEvents::Text RenderedEvents::TextOf(const std::shared_ptr<const v1::Event>& event) {
  Slot& slot = slots_[absl::HashOf(event.get()) % kSlots];
  {
    absl::ReaderMutexLock lock(&slot.mu);
    if (slot.text != nullptr && IsSame(slot.event, event)) return slot.text;
  }
  // Whoever comes first makes the text; the others wait for it rather than make it too.
  absl::MutexLock lock(&slot.mu);
  if (slot.text != nullptr && IsSame(slot.event, event)) return slot.text;
  Text text = std::make_shared<const std::string>(EventText(*event));
  if (text->size() > kMaxKeptBytes) return text;
  slot.event = event;
  slot.text = text;
  return text;
}

}  // namespace specrelay
