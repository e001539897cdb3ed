#include "mcp_agent/tree/testing/tree_contract.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

std::unique_ptr<Tree> MakeTree(TreeKind kind, const TempDir& directory, int64_t max_file_bytes) {
  if (kind == TreeKind::kMemory) return std::make_unique<MemoryTree>(nullptr, max_file_bytes);
  PosixTree::Options options;
  options.max_file_bytes = max_file_bytes;
  absl::StatusOr<std::unique_ptr<PosixTree>> tree = PosixTree::Open(directory.path(), options);
  EXPECT_THAT(tree, IsOk());
  return *std::move(tree);
}

}  // namespace

std::string TreeKindName(const testing::TestParamInfo<TreeKind>& info) {
  return info.param == TreeKind::kMemory ? "Memory" : "Posix";
}

TreeContractTest::TreeContractTest()
    : tree_(MakeTree(GetParam(), directory_, kMaxFileBytes)),
      other_tree_(MakeTree(GetParam(), other_directory_, kMaxFileBytes)) {}

std::unique_ptr<TreeLock> TreeContractTest::LockTree() {
  auto lock = tree().Lock(absl::Seconds(60));
  EXPECT_THAT(lock, IsOk());
  return *std::move(lock);
}

void TreeContractTest::Write(absl::string_view path, absl::string_view bytes) {
  ASSERT_THAT(tree().Write(*LockTree(), path, bytes), IsOk());
}

std::string TreeContractTest::ReadBytes(absl::string_view path) {
  const auto content = tree().Read(path, kMaxFileBytes);
  EXPECT_THAT(content, IsOk());
  return content.ok() ? content->bytes : "";
}

std::vector<std::string> TreeContractTest::ListNames(absl::string_view path) {
  const auto entries = tree().List(path);
  EXPECT_THAT(entries, IsOk());
  std::vector<std::string> names;
  if (!entries.ok()) return names;
  for (const DirectoryEntry& entry : *entries) names.push_back(absl::StrCat(entry.name, entry.is_directory ? "/" : ""));
  return names;
}

}  // namespace specrelay
