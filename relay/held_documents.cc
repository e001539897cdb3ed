#include "relay/held_documents.h"

#include "absl/strings/match.h"
#include "relay/offline_queue.h"

namespace specrelay {
namespace {

bool IsIn(absl::string_view path, absl::string_view directory) {
  return directory.empty() ||
         (absl::StartsWith(path, directory) && (path.size() == directory.size() || path[directory.size()] == '/'));
}

// "a/b/c" → "a/b" → "a" → "".
absl::string_view Parent(absl::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == absl::string_view::npos ? "" : path.substr(0, slash);
}

}  // namespace

void HeldDocuments::Hold(const QueuedWrite& write, const QueuedWrite& holder, uint64_t until) {
  for (const std::string& document : write.documents) {
    Reason& reason = reasons_[document];
    if (reason.until < until) reason = {&holder, until};
  }
}

const QueuedWrite* HeldDocuments::HolderOf(const std::vector<std::string>& documents, uint64_t order) const {
  for (const std::string& document : documents) {
    if (const QueuedWrite* holder = HolderOf(document, order); holder != nullptr) return holder;
  }
  return nullptr;
}

const QueuedWrite* HeldDocuments::HolderOf(absl::string_view document, uint64_t order) const {
  for (absl::string_view path = document;; path = Parent(path)) {
    const auto it = reasons_.find(path);
    if (it != reasons_.end() && it->second.until >= order) return it->second.holder;
    if (path.empty()) break;
  }
  // What begins with the document stands together, with its own files among the first.
  for (auto it = reasons_.lower_bound(document); it != reasons_.end() && absl::StartsWith(it->first, document); ++it) {
    if (IsIn(it->first, document) && it->second.until >= order) return it->second.holder;
  }
  return nullptr;
}

}  // namespace specrelay
