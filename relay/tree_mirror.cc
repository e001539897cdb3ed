#include "relay/tree_mirror.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"

namespace specrelay {
namespace {

// Before the latest write to the tree.
constexpr int64_t kLatelySeconds = 60;
// More than so many at once were copied rather than edited.
constexpr size_t kMostWrittenLately = 16;

uint64_t HashPrefix(absl::string_view hex) {
  uint64_t prefix = 0;
  // An unreadable hash is 0, which no real content has but by a chance of 2^-64.
  if (!absl::SimpleHexAtoi(hex.substr(0, 16), &prefix)) return 0;
  return prefix;
}

v1::FileChanged ChangeTo(const v1::FileState& state, v1::FileChangeType type) {
  v1::FileChanged change;
  change.set_path(state.path());
  change.set_category(state.category());
  change.set_change(type);
  change.set_hash(state.hash());
  change.set_size_bytes(state.size_bytes());
  *change.mutable_last_modified() = state.last_modified();
  change.set_content_omitted(true);
  return change;
}

v1::FileChanged DeletionOf(const std::string& path, v1::FileCategory category) {
  v1::FileChanged change;
  change.set_path(path);
  change.set_category(category);
  change.set_change(v1::FILE_CHANGE_TYPE_DELETED);
  return change;
}

// The paths of those that were written last; none when they are many.
absl::flat_hash_set<absl::string_view> WrittenLately(const absl::btree_map<std::string, v1::FileState>& files) {
  int64_t newest = 0;
  for (const auto& [path, state] : files) newest = std::max(newest, state.last_modified().seconds());
  absl::flat_hash_set<absl::string_view> lately;
  if (newest == 0) return lately;
  for (const auto& [path, state] : files) {
    if (state.last_modified().seconds() >= newest - kLatelySeconds) lately.insert(path);
    if (lately.size() > kMostWrittenLately) return {};
  }
  return lately;
}

}  // namespace

bool TreeMirror::Apply(const v1::FileChanged& change) {
  if (!known_) return true;
  if (change.change() == v1::FILE_CHANGE_TYPE_DELETED) return files_.erase(change.path()) > 0;
  const File now{HashPrefix(change.hash()), change.category()};
  files_.insert_or_assign(change.path(), now);
  if (static_cast<int>(files_.size()) > max_files_) Forget();
  return true;
}

std::vector<v1::FileChanged> TreeMirror::ApplyState(const v1::TreeState& part) {
  for (const v1::FileState& file : part.files()) incoming_[file.path()] = file;
  std::vector<v1::FileChanged> differences;
  if (static_cast<int>(incoming_.size()) > max_files_) {
    Forget();
    return differences;
  }
  if (!part.last()) return differences;

  const absl::flat_hash_set<absl::string_view> written_lately = WrittenLately(incoming_);
  absl::btree_map<std::string, File> files;
  for (const auto& [path, state] : incoming_) {
    const File now{HashPrefix(state.hash()), state.category()};
    const auto before = files_.find(path);
    if (known_ && before == files_.end()) {
      differences.push_back(ChangeTo(state, v1::FILE_CHANGE_TYPE_CREATED));
    } else if (known_ && (before->second.hash != now.hash || written_lately.contains(path))) {
      differences.push_back(ChangeTo(state, v1::FILE_CHANGE_TYPE_MODIFIED));
    }
    files.emplace(path, now);
  }
  for (const auto& [path, file] : files_) {
    if (known_ && !files.contains(path)) differences.push_back(DeletionOf(path, file.category));
  }
  files_ = std::move(files);
  incoming_.clear();
  known_ = true;
  return differences;
}

void TreeMirror::Forget() {
  known_ = false;
  files_.clear();
  incoming_.clear();
}

}  // namespace specrelay
