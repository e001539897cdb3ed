#include "mcp_agent/commands/testing/sample_project.h"

#include <filesystem>
#include <system_error>

#include "gtest/gtest.h"

namespace specrelay {

SampleProject::SampleProject() {
  std::error_code error;
  std::filesystem::copy("tests/testdata/vectors/spec-context-tree", path(), std::filesystem::copy_options::recursive,
                        error);
  EXPECT_FALSE(error) << error.message();
  // The sample may come from a read-only place; the copy is to be written to.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path())) {
    std::filesystem::permissions(entry, std::filesystem::perms::owner_write, std::filesystem::perm_options::add, error);
  }
}

}  // namespace specrelay
