// The stage of the tests of tree.h's contract, which every implementation passes.
#ifndef SPECRELAY_MCP_AGENT_TREE_TESTING_TREE_CONTRACT_H_
#define SPECRELAY_MCP_AGENT_TREE_TESTING_TREE_CONTRACT_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {

enum class TreeKind { kMemory, kPosix };

std::string TreeKindName(const testing::TestParamInfo<TreeKind>& info);

// A tree that does not exist yet, and another one. The helpers fail the test when the tree does.
class TreeContractTest : public testing::TestWithParam<TreeKind> {
 protected:
  // Largest file that the trees take.
  static constexpr int64_t kMaxFileBytes = 1000;

  TreeContractTest();

  Tree& tree() { return *tree_; }
  Tree& other_tree() { return *other_tree_; }

  std::unique_ptr<TreeLock> LockTree();
  void Write(absl::string_view path, absl::string_view bytes);
  std::string ReadBytes(absl::string_view path);
  // "name" for files, "name/" for directories.
  std::vector<std::string> ListNames(absl::string_view path);

 private:
  const TempDir directory_;
  const TempDir other_directory_;
  const std::unique_ptr<Tree> tree_;
  const std::unique_ptr<Tree> other_tree_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_TESTING_TREE_CONTRACT_H_
