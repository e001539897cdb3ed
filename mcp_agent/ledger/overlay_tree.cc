#include "mcp_agent/ledger/overlay_tree.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// The part of `text` from `offset` on, of at most `max_bytes`.
absl::string_view Part(absl::string_view text, int64_t offset, int64_t max_bytes) {
  if (offset >= static_cast<int64_t>(text.size())) return "";
  return text.substr(static_cast<size_t>(offset), static_cast<size_t>(std::max<int64_t>(max_bytes, 0)));
}

bool ComesBefore(const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; }

}  // namespace

void OverlayTree::Put(StagedContent content) {
  std::string path = content.path;
  written_.insert_or_assign(std::move(path), std::move(content));
}

void OverlayTree::Extend(absl::string_view path, const FileStat& stat, absl::string_view bytes) {
  const auto [appended, is_new] = appended_.try_emplace(std::string(path));
  if (is_new) appended->second.stat = stat;
  absl::StrAppend(&appended->second.bytes, bytes);
}

const StagedContent* OverlayTree::Written(absl::string_view path) const {
  const auto written = written_.find(path);
  return written == written_.end() ? nullptr : &written->second;
}

std::vector<const StagedContent*> OverlayTree::Unstaged() const {
  std::vector<const StagedContent*> unstaged;
  for (const auto& [path, content] : written_) {
    if (!content.is_staged) unstaged.push_back(&content);
  }
  return unstaged;
}

bool OverlayTree::WroteAbove(absl::string_view path) const {
  for (absl::string_view above = ParentPath(path); !above.empty(); above = ParentPath(above)) {
    if (Wrote(above)) return true;
  }
  return false;
}

absl::StatusOr<FileContent> OverlayTree::Read(absl::string_view path, int64_t max_bytes) const {
  if (const StagedContent* const written = Written(path)) {
    const auto size_bytes = static_cast<int64_t>(written->bytes.size());
    if (size_bytes > max_bytes) return FileTooLargeError(JoinPath(kTreeDirectory, path), size_bytes, max_bytes);
    return FileContent{written->bytes, written->hash, written->staged.stat};
  }
  const auto appended = appended_.find(path);
  if (appended == appended_.end()) return base_.Read(path, max_bytes);
  ASSIGN_OR_RETURN(FileContent content, base_.Read(path, max_bytes));
  const int64_t size_bytes = content.stat.size_bytes + static_cast<int64_t>(appended->second.bytes.size());
  if (size_bytes > max_bytes) return FileTooLargeError(JoinPath(kTreeDirectory, path), size_bytes, max_bytes);
  content.bytes += appended->second.bytes;
  content.hash = Sha256Hex(content.bytes);
  content.stat.size_bytes = size_bytes;
  return content;
}

absl::StatusOr<std::string> OverlayTree::ReadFrom(absl::string_view path, int64_t offset, int64_t max_bytes) const {
  if (const StagedContent* const written = Written(path)) return std::string(Part(written->bytes, offset, max_bytes));
  const auto appended = appended_.find(path);
  if (appended == appended_.end()) return base_.ReadFrom(path, offset, max_bytes);
  const int64_t base_bytes = appended->second.stat.size_bytes;
  std::string part;
  if (offset < base_bytes) {
    ASSIGN_OR_RETURN(part, base_.ReadFrom(path, offset, std::min(max_bytes, base_bytes - offset)));
  }
  const auto read_bytes = static_cast<int64_t>(part.size());
  const int64_t rest_offset = std::max<int64_t>(offset - base_bytes, 0);
  absl::StrAppend(&part, Part(appended->second.bytes, rest_offset, max_bytes - read_bytes));
  return part;
}

absl::StatusOr<std::unique_ptr<OpenFile>> OverlayTree::OpenToRead(absl::string_view path) const {
  const StagedContent* const written = Written(path);
  if (written == nullptr && !AppendedTo(path)) return base_.OpenToRead(path);
  if (written != nullptr && written->is_staged) return base_.OpenToRead(written->staged.path);
  failed_to_show_ = true;
  return absl::AbortedError(absl::StrCat("'", path, "' is being changed"));
}

absl::StatusOr<FileStat> OverlayTree::Stat(absl::string_view path) const {
  if (const StagedContent* const written = Written(path)) return written->staged.stat;
  const auto appended = appended_.find(path);
  if (appended == appended_.end()) return base_.Stat(path);
  FileStat stat = appended->second.stat;
  stat.size_bytes += static_cast<int64_t>(appended->second.bytes.size());
  return stat;
}

absl::StatusOr<std::vector<DirectoryEntry>> OverlayTree::List(absl::string_view path) const {
  ASSIGN_OR_RETURN(std::vector<DirectoryEntry> entries, base_.List(path));
  const size_t in_base = entries.size();
  for (const auto& [written, content] : written_) {
    if (ParentPath(written) != path || IsAgentOwnName(BaseName(written))) continue;
    DirectoryEntry entry{std::string(BaseName(written)), /*is_directory=*/false};
    if (!std::binary_search(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(in_base), entry,
                            ComesBefore)) {
      entries.push_back(std::move(entry));
    }
  }
  std::sort(entries.begin(), entries.end(), ComesBefore);
  return entries;
}

absl::Status OverlayTree::ReadOnly() const {
  return absl::InternalError("a handler states what it changes to its transaction; report this");
}

}  // namespace specrelay
