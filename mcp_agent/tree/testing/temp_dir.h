// A directory of its own for each test.
#ifndef SPECRELAY_MCP_AGENT_TREE_TESTING_TEMP_DIR_H_
#define SPECRELAY_MCP_AGENT_TREE_TESTING_TEMP_DIR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace specrelay {

// Makes an empty directory under the test's temporary directory; removes it and everything below on destruction.
// Thread-safe. The helpers take paths relative to it, go through the plain file system and abort the test binary with a
// message when they fail: they set the stage, they are not what is tested.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  // Absolute and canonical: no symbolic link in it.
  const std::string& path() const { return path_; }
  // Absolute path of `relative`.
  std::string Join(absl::string_view relative) const;

  // Creates or truncates a file, and the directories above it.
  void WriteFile(absl::string_view relative, absl::string_view bytes) const;
  std::string ReadFile(absl::string_view relative) const;
  // Creates a directory and those above it.
  void MakeDirectory(absl::string_view relative) const;
  // Whether something, a dangling symbolic link included, is there.
  bool Exists(absl::string_view relative) const;
  // Removes a file, or a directory with all below.
  void Remove(absl::string_view relative) const;

 private:
  const std::string path_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_TESTING_TEMP_DIR_H_
