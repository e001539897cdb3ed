#include "mcp_agent/mcp/subscriptions.h"

#include "absl/strings/str_cat.h"

namespace specrelay {

absl::Status Subscriptions::Add(const std::string& uri, const ResourceUri& resource) {
  absl::MutexLock lock(&mu_);
  if (by_uri_.size() >= kMaxUris && !by_uri_.contains(uri)) {
    return absl::ResourceExhaustedError(
        absl::StrCat(kMaxUris, " resources are subscribed to already; unsubscribe from some first"));
  }
  by_uri_[uri] = resource;
  return absl::OkStatus();
}

void Subscriptions::Remove(const std::string& uri) {
  absl::MutexLock lock(&mu_);
  by_uri_.erase(uri);
}

std::vector<std::string> Subscriptions::Of(const ResourceUri& resource) const {
  absl::MutexLock lock(&mu_);
  std::vector<std::string> uris;
  for (const auto& [uri, subscribed] : by_uri_) {
    if (subscribed == resource) uris.push_back(uri);
  }
  return uris;
}

std::vector<std::string> Subscriptions::All() const {
  absl::MutexLock lock(&mu_);
  std::vector<std::string> uris;
  for (const auto& entry : by_uri_) uris.push_back(entry.first);
  return uris;
}

}  // namespace specrelay
