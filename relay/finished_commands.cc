#include "relay/finished_commands.h"

#include <iterator>

namespace specrelay {

void FinishedCommands::Remember(absl::string_view account, v1::CommandStatus status, absl::Time now) {
  Forget(account, status.request_id());
  const auto bytes = static_cast<int64_t>(status.ByteSizeLong());
  Key key(account, status.request_id());
  order_.push_back({key, now, std::move(status), bytes});
  by_key_.emplace(std::move(key), std::prev(order_.end()));
  bytes_ += bytes;
  while (count() > limits_.commands || (bytes_ > limits_.bytes && count() > 1)) ForgetOldest();
}

const v1::CommandStatus* FinishedCommands::Find(absl::string_view account, absl::string_view request_id) const {
  const auto it = by_key_.find(Key(account, request_id));
  return it == by_key_.end() ? nullptr : &it->second->status;
}

void FinishedCommands::Forget(absl::string_view account, absl::string_view request_id) {
  const auto it = by_key_.find(Key(account, request_id));
  if (it == by_key_.end()) return;
  bytes_ -= it->second->bytes;
  order_.erase(it->second);
  by_key_.erase(it);
}

void FinishedCommands::ForgetOld(absl::Time now) {
  while (!order_.empty() && order_.front().at + limits_.keep <= now) ForgetOldest();
}

void FinishedCommands::ForgetOldest() {
  bytes_ -= order_.front().bytes;
  by_key_.erase(order_.front().key);
  order_.pop_front();
}

}  // namespace specrelay
