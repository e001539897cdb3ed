#include "mcp_agent/approvals/testing/sample_tree.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace specrelay {

void PutSampleTree(MemoryTree& tree) {
  const std::filesystem::path root = "tests/testdata/vectors/spec-context-tree/.spec-context";
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    tree.Put(entry.path().lexically_relative(root).string(), bytes);
    ++files;
  }
  if (files == 0) {
    std::cerr << "the recorded tree is not in the test's data\n";
    std::abort();
  }
}

}  // namespace specrelay
