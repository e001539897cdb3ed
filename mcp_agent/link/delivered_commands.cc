#include "mcp_agent/link/delivered_commands.h"

#include <utility>

#include "proto/support/time.h"

namespace specrelay {

DeliveryToken DeliveredCommands::Add(v1::CommandDelivery delivery, absl::Time now, std::shared_ptr<BodyLine> body) {
  const absl::Duration timeout = FromProto(delivery.timeout());
  Entry entry;
  entry.request_id = delivery.request_id();
  entry.deadline = timeout > absl::ZeroDuration() ? now + timeout : absl::InfiniteFuture();
  entry.body = std::move(body);
  entry.waiting = std::make_unique<v1::CommandDelivery>(std::move(delivery));
  commands_.emplace(++last_token_, std::move(entry));
  return last_token_;
}

std::shared_ptr<BodyLine> DeliveredCommands::FindBody(absl::string_view request_id) const {
  for (auto it = commands_.rbegin(); it != commands_.rend(); ++it) {
    if (it->second.body != nullptr && it->second.request_id == request_id) return it->second.body;
  }
  return nullptr;
}

std::shared_ptr<BodyLine> DeliveredCommands::BodyOf(DeliveryToken token) const {
  const auto found = commands_.find(token);
  return found == commands_.end() ? nullptr : found->second.body;
}

std::vector<std::shared_ptr<BodyLine>> DeliveredCommands::Bodies() const {
  std::vector<std::shared_ptr<BodyLine>> bodies;
  for (const auto& [token, entry] : commands_) {
    if (entry.body != nullptr) bodies.push_back(entry.body);
  }
  return bodies;
}

std::unique_ptr<v1::CommandDelivery> DeliveredCommands::Begin(DeliveryToken token, absl::Time now, bool& expired) {
  auto found = commands_.find(token);
  if (found == commands_.end()) return nullptr;
  expired = now >= found->second.deadline;
  return std::move(found->second.waiting);
}

bool DeliveredCommands::PutBack(DeliveryToken token, std::unique_ptr<v1::CommandDelivery> delivery) {
  auto found = commands_.find(token);
  if (found == commands_.end()) return false;
  found->second.waiting = std::move(delivery);
  return true;
}

bool DeliveredCommands::Cancel(absl::string_view request_id) {
  bool any = false;
  for (auto it = commands_.begin(); it != commands_.end();) {
    if (it->second.waiting != nullptr && it->second.request_id == request_id) {
      it = commands_.erase(it);
      any = true;
    } else {
      ++it;
    }
  }
  return any;
}

std::vector<std::string> DeliveredCommands::CancelWaiting() {
  std::vector<std::string> request_ids;
  for (auto it = commands_.begin(); it != commands_.end();) {
    if (it->second.waiting != nullptr) {
      request_ids.push_back(std::move(it->second.request_id));
      it = commands_.erase(it);
    } else {
      ++it;
    }
  }
  return request_ids;
}

std::vector<std::string> DeliveredCommands::Begun() const {
  std::vector<std::string> request_ids;
  for (const auto& [token, entry] : commands_) {
    if (entry.waiting == nullptr) request_ids.push_back(entry.request_id);
  }
  return request_ids;
}

}  // namespace specrelay
