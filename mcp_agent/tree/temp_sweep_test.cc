#include "mcp_agent/tree/temp_sweep.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/posix_tree.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

class TempSweepTest : public testing::Test {
 protected:
  std::string MakeFile(absl::string_view relative, absl::Duration age) {
    directory_.WriteFile(relative, "x");
    const timespec time = absl::ToTimespec(absl::Now() - age);
    const timespec times[2] = {time, time};
    EXPECT_EQ(::utimensat(AT_FDCWD, directory_.Join(relative).c_str(), times, 0), 0);
    return std::string(relative);
  }

  int Sweep() {
    const auto root = OpenRootDirectory(directory_.path());
    EXPECT_THAT(root, IsOk());
    return SweepTempFiles(*root, absl::Now() - absl::Hours(24));
  }

  TempDir directory_;
};

TEST_F(TempSweepTest, OldTemporaryFilesGoAtEveryDepth) {
  const std::string top = MakeFile(NewTempFileName(), absl::Hours(25));
  const std::string deep = MakeFile("a/b/c/" + NewTempFileName(), absl::Hours(25));
  EXPECT_EQ(Sweep(), 2);
  EXPECT_FALSE(directory_.Exists(top));
  EXPECT_FALSE(directory_.Exists(deep));
}

TEST_F(TempSweepTest, YoungFilesAndOtherNamesStay) {
  const std::string young = MakeFile(NewTempFileName(), absl::Hours(23));
  const std::string notes = MakeFile(".tmp-notes", absl::Hours(1000));
  const std::string longer = MakeFile(NewTempFileName() + "x", absl::Hours(1000));
  const std::string document = MakeFile("tasks.md", absl::Hours(1000));
  EXPECT_EQ(Sweep(), 0);
  for (const std::string& file : {young, notes, longer, document}) EXPECT_TRUE(directory_.Exists(file)) << file;
}

TEST_F(TempSweepTest, SymbolicLinksAreNeitherFollowedNorRemoved) {
  const TempDir outside;
  const std::string name = NewTempFileName();
  outside.WriteFile(name, "x");
  const timespec times[2] = {{1, 0}, {1, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, outside.Join(name).c_str(), times, 0), 0);
  std::filesystem::create_directory_symlink(outside.path(), directory_.Join("link"));
  const std::string link = NewTempFileName();
  std::filesystem::create_symlink(outside.Join(name), directory_.Join(link));
  EXPECT_EQ(Sweep(), 0);
  EXPECT_TRUE(outside.Exists(name));
  EXPECT_TRUE(directory_.Exists(link));
}

TEST_F(TempSweepTest, ATreeDiscardsWhatWasAbandoned) {
  const std::string file = MakeFile(".spec-context/specs/" + NewTempFileName(), absl::Hours(25));
  ASSERT_OK_AND_ASSIGN(const auto tree, PosixTree::Open(directory_.path()));
  ASSERT_OK_AND_ASSIGN(const auto lock, tree->Lock(absl::Seconds(60)));
  tree->DiscardAbandoned(*lock);
  EXPECT_FALSE(directory_.Exists(file));
}

}  // namespace
}  // namespace specrelay
