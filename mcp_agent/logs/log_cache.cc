#include "mcp_agent/logs/log_cache.h"

#include <utility>

#include "mcp_agent/watch/file_fingerprint.h"

namespace specrelay {

std::shared_ptr<const ParsedLogFile> LogCache::Find(absl::string_view path, const FileStat& stat) const {
  absl::MutexLock lock(&mu_);
  const auto it = entries_.find(path);
  if (it == entries_.end() || !it->second.settled || !SameFingerprint(it->second.stat, stat)) return nullptr;
  return it->second.file;
}

std::shared_ptr<const ParsedLogFile> LogCache::FindContent(absl::string_view path, const FileContent& content,
                                                           absl::Time read_at) {
  absl::MutexLock lock(&mu_);
  const auto it = entries_.find(path);
  if (it == entries_.end() || it->second.hash != content.hash) return nullptr;
  it->second.stat = content.stat;
  it->second.settled = IsSettled(content.stat, read_at);
  return it->second.file;
}

void LogCache::Store(absl::string_view path, const FileContent& content, std::shared_ptr<const ParsedLogFile> file,
                     absl::Time read_at) {
  const int64_t size = static_cast<int64_t>(content.bytes.size());
  Entry entry{content.stat, IsSettled(content.stat, read_at), content.hash, std::move(file)};
  entry.stat.size_bytes = size;
  absl::MutexLock lock(&mu_);
  EraseLocked(path);
  if (size > max_bytes_) return;
  // Rarely so many logs are read that it matters which ones go.
  while (bytes_ + size > max_bytes_) EraseLocked(std::string(entries_.begin()->first));
  bytes_ += size;
  entries_.emplace(path, std::move(entry));
}

void LogCache::EraseLocked(absl::string_view path) {
  const auto it = entries_.find(path);
  if (it == entries_.end()) return;
  bytes_ -= it->second.stat.size_bytes;
  entries_.erase(it);
}

int64_t LogCache::bytes() const {
  absl::MutexLock lock(&mu_);
  return bytes_;
}

}  // namespace specrelay
