#include "mcp_agent/watch/tree_index.h"

#include <utility>

#include "mcp_agent/watch/file_category.h"
#include "mcp_agent/watch/file_fingerprint.h"
#include "mcp_agent/watch/subtree.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

v1::FileChanged MakeChange(absl::string_view path, v1::FileChangeType type, const FileStat& stat) {
  v1::FileChanged change;
  change.set_path(std::string(path));
  change.set_category(CategoryOf(path));
  change.set_change(type);
  change.set_size_bytes(stat.size_bytes);
  *change.mutable_last_modified() = ToProto(stat.last_modified);
  return change;
}

v1::FileChanged MakeDeletion(absl::string_view path) {
  v1::FileChanged change;
  change.set_path(std::string(path));
  change.set_category(CategoryOf(path));
  change.set_change(v1::FILE_CHANGE_TYPE_DELETED);
  return change;
}

}  // namespace

bool TreeIndex::SameContent(const File& a, const File& b) {
  if (a.hash != b.hash) return false;
  return !a.hash.empty() || (a.size_bytes == b.size_bytes && a.stat.last_modified == b.stat.last_modified);
}

v1::FileChangeType TreeIndex::Store(absl::string_view path, File file, absl::Time read_at) {
  file.settled = IsSettled(file.stat, read_at);
  file.observed_in = check_;
  const auto known = files_.find(path);
  v1::FileChangeType type = v1::FILE_CHANGE_TYPE_CREATED;
  if (known != files_.end()) {
    const bool same = SameContent(known->second, file) && !known->second.may_have_returned;
    type = same ? v1::FILE_CHANGE_TYPE_UNSPECIFIED : v1::FILE_CHANGE_TYPE_MODIFIED;
    if (same) file.last_write = known->second.last_write;
  }
  if (known != files_.end()) links_.Remove(path, known->second.stat);
  links_.Add(path, file.stat);
  if (type != v1::FILE_CHANGE_TYPE_UNSPECIFIED) {
    for (std::string& other : links_.OtherNames(path, file.stat)) {
      if (!SameContent(files_.at(other), file)) outdated_.push_back(std::move(other));
    }
  }
  files_.insert_or_assign(std::string(path), std::move(file));
  return type;
}

absl::optional<v1::FileChanged> TreeIndex::Observe(absl::string_view path, const FileContent& file,
                                                   absl::Time read_at) {
  const int64_t size_bytes = static_cast<int64_t>(file.bytes.size());
  const v1::FileChangeType type = Store(path, File{file.hash, size_bytes, file.stat}, read_at);
  if (type == v1::FILE_CHANGE_TYPE_UNSPECIFIED) return absl::nullopt;
  v1::FileChanged change = MakeChange(path, type, file.stat);
  change.set_hash(file.hash);
  change.set_size_bytes(size_bytes);
  if (file.bytes.size() <= kMaxEventContentBytes) {
    change.set_content(file.bytes);
  } else {
    change.set_content_omitted(true);
  }
  return change;
}

absl::optional<v1::FileChanged> TreeIndex::ObserveHashed(absl::string_view path, absl::string_view hash,
                                                         const FileStat& stat, absl::Time read_at) {
  const v1::FileChangeType type = Store(path, File{std::string(hash), stat.size_bytes, stat}, read_at);
  if (type == v1::FILE_CHANGE_TYPE_UNSPECIFIED) return absl::nullopt;
  v1::FileChanged change = MakeChange(path, type, stat);
  change.set_hash(std::string(hash));
  change.set_content_omitted(true);
  return change;
}

absl::optional<v1::FileChanged> TreeIndex::ObserveTooLarge(absl::string_view path, const FileStat& stat,
                                                           absl::Time read_at) {
  const v1::FileChangeType type = Store(path, File{"", stat.size_bytes, stat}, read_at);
  if (type == v1::FILE_CHANGE_TYPE_UNSPECIFIED) return absl::nullopt;
  v1::FileChanged change = MakeChange(path, type, stat);
  change.set_content_omitted(true);
  return change;
}

bool TreeIndex::ObserveUnchanged(absl::string_view path, const FileStat& stat) {
  const auto it = files_.find(path);
  if (it == files_.end() || !it->second.settled || !SameFingerprint(it->second.stat, stat)) return false;
  if (it->second.may_have_returned) return false;
  it->second.observed_in = check_;
  it->second.unseen_write = false;
  return true;
}

void TreeIndex::NoteWrite(absl::string_view path, absl::Time now) {
  VisitSubtree(files_, path, [now](auto it) {
    File& file = it->second;
    if (file.unseen_write || now - file.last_write <= kReturnWindow) file.may_have_returned = true;
    file.unseen_write = true;
    file.last_write = now;
    return ++it;
  });
}

void TreeIndex::Keep(absl::string_view path) {
  VisitSubtree(files_, path, [this](auto it) {
    it->second.observed_in = check_;
    return ++it;
  });
}

std::vector<v1::FileChanged> TreeIndex::EndCheck(absl::string_view path) {
  std::vector<v1::FileChanged> deletions;
  VisitSubtree(files_, path, [this, &deletions](auto it) {
    if (it->second.observed_in == check_) return ++it;
    deletions.push_back(MakeDeletion(it->first));
    links_.Remove(it->first, it->second.stat);
    return files_.erase(it);
  });
  return deletions;
}

std::vector<v1::FileState> TreeIndex::Files() const {
  std::vector<v1::FileState> states;
  states.reserve(files_.size());
  for (const auto& [path, file] : files_) {
    v1::FileState& state = states.emplace_back();
    state.set_path(path);
    state.set_hash(file.hash);
    state.set_size_bytes(file.size_bytes);
    *state.mutable_last_modified() = ToProto(file.stat.last_modified);
    state.set_category(CategoryOf(path));
  }
  return states;
}

}  // namespace specrelay
