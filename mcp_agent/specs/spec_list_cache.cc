#include "mcp_agent/specs/spec_list_cache.h"

#include "absl/status/statusor.h"

namespace specrelay {
namespace {

bool IsStill(const SpecListCache::Basis& now, const SpecListCache::Basis& then) {
  const absl::Duration age = now.looked_at - then.looked_at;
  return now.generation == then.generation && now.device == then.device && now.inode == then.inode &&
         now.max_file_bytes == then.max_file_bytes && age >= absl::ZeroDuration() &&
         age < SpecListCache::kLongestBelief;
}

}  // namespace

absl::optional<SpecListCache::Basis> SpecListCache::CurrentBasis(const Tree& tree, SpecShelf shelf,
                                                                 int64_t max_file_bytes) const {
  if (generation_ == nullptr) return absl::nullopt;
  const absl::Time now = clock_.Now();
  const absl::optional<uint64_t> generation = generation_();
  if (!generation.has_value()) return absl::nullopt;
  // Nobody is told when the way to the shelf changes above the project, or when something is mounted there.
  const absl::StatusOr<FileStat> directory = tree.Stat(ShelfPath(shelf));
  if (!directory.ok()) return absl::nullopt;
  return Basis{now, *generation, directory->device, directory->inode, max_file_bytes};
}

std::shared_ptr<const SpecListCache::Specs> SpecListCache::Find(SpecShelf shelf, const Basis& basis) const {
  absl::MutexLock lock(&mu_);
  const List& list = lists_[static_cast<size_t>(shelf)];
  return IsStill(basis, list.basis) ? list.specs : nullptr;
}

void SpecListCache::Store(SpecShelf shelf, const Basis& basis, const Specs& specs) {
  std::shared_ptr<const Specs> kept;
  if (specs.SpaceUsedExcludingSelfLong() <= kMaxListBytes) kept = std::make_shared<const Specs>(specs);
  absl::MutexLock lock(&mu_);
  lists_[static_cast<size_t>(shelf)] = List{basis, std::move(kept)};
}

}  // namespace specrelay
