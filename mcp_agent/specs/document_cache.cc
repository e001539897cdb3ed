#include "mcp_agent/specs/document_cache.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/watch/file_fingerprint.h"

namespace specrelay {

DocumentCache::DocumentCache(size_t max_entries) : max_generation_size_(std::max<size_t>(1, max_entries / 2)) {}

absl::optional<v1::TaskSummary> DocumentCache::Find(absl::string_view path, const FileStat& stat) {
  absl::MutexLock lock(&mu_);
  if (auto it = recent_.find(path); it != recent_.end()) {
    if (!SameFingerprint(it->second.stat, stat)) return absl::nullopt;
    return it->second.summary;
  }
  auto it = older_.find(path);
  if (it == older_.end() || !SameFingerprint(it->second.stat, stat)) return absl::nullopt;
  v1::TaskSummary summary = it->second.summary;
  Entry entry = std::move(it->second);
  older_.erase(it);
  InsertLocked(std::string(path), std::move(entry));
  return summary;
}

void DocumentCache::Store(absl::string_view path, const FileStat& stat, const v1::TaskSummary& summary,
                          absl::Time read_at) {
  if (!IsSettled(stat, read_at)) return;
  absl::MutexLock lock(&mu_);
  InsertLocked(std::string(path), Entry{stat, summary});
}

void DocumentCache::InsertLocked(std::string path, Entry entry) {
  if (recent_.size() >= max_generation_size_ && !recent_.contains(path)) {
    older_ = std::move(recent_);
    recent_ = Generation();
  }
  recent_.insert_or_assign(std::move(path), std::move(entry));
}

void DocumentCache::Invalidate(absl::string_view path) {
  const std::string first_below = absl::StrCat(path, "/");
  const std::string first_after = absl::StrCat(path, "0");  // '0' follows '/' in ASCII.
  absl::MutexLock lock(&mu_);
  for (Generation* generation : {&recent_, &older_}) {
    generation->erase(path);
    generation->erase(generation->lower_bound(first_below), generation->lower_bound(first_after));
  }
}

void DocumentCache::InvalidateAll() {
  absl::MutexLock lock(&mu_);
  recent_.clear();
  older_.clear();
}

size_t DocumentCache::size() const {
  absl::MutexLock lock(&mu_);
  return recent_.size() + older_.size();
}

}  // namespace specrelay
