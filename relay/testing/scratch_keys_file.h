// A place for a keys file in a directory of its own, for one test.
#ifndef SPECRELAY_RELAY_TESTING_SCRATCH_KEYS_FILE_H_
#define SPECRELAY_RELAY_TESTING_SCRATCH_KEYS_FILE_H_

#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace specrelay {

// The file does not exist at first. The directory goes on destruction. Not thread-safe.
class ScratchKeysFile {
 public:
  ScratchKeysFile() : directory_(absl::StrCat(testing::TempDir(), "/keys.XXXXXX")) {
    if (::mkdtemp(directory_.data()) == nullptr) ADD_FAILURE() << "cannot make " << directory_;
    path_ = absl::StrCat(directory_, "/keys.json");
  }
  ~ScratchKeysFile() {
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
  }
  ScratchKeysFile(const ScratchKeysFile&) = delete;
  ScratchKeysFile& operator=(const ScratchKeysFile&) = delete;

  const std::string& path() const { return path_; }
  const std::string& directory() const { return directory_; }

  // Writes in place, as an editor that does not rename would.
  void Write(absl::string_view text, mode_t mode = 0600) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
    SetMode(mode);
  }
  void SetMode(mode_t mode) const { EXPECT_EQ(::chmod(path_.c_str(), mode), 0); }
  std::string Read() const {
    std::ifstream file(path_, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  void Remove() const { std::filesystem::remove(path_); }

 private:
  std::string directory_;
  std::string path_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TESTING_SCRATCH_KEYS_FILE_H_
