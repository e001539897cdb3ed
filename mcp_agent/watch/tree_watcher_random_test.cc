// Whatever happens to a tree, in the end the watcher has told exactly what is on disk. Set SPECRELAY_TEST_SEEDS for
// more than the usual few sequences.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "mcp_agent/watch/testing/watched_tree.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

// Does to a tree what people and programs do, as the seed has it. What fails, fails.
class Vandal {
 public:
  Vandal(const WatchedTree& watched, unsigned seed) : watched_(watched), random_(seed) {
    fs::create_directories(outside());
  }

  void Act() {
    std::error_code ignored;
    switch (Below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return Write(File());
      case 4: {  // save by rename
        const std::string file = File();
        Write(file + ".swp");
        return fs::rename(file + ".swp", file, ignored);
      }
      case 5: {  // in steps
        const std::string file = File();
        BreakLink(file);
        std::ofstream stream(file, std::ios::app);
        stream << "a" << std::flush << "b";
        return;
      }
      case 6:
        fs::remove(File(), ignored);
        return;
      case 7:
        return fs::rename(File(), File(), ignored);
      case 8:
        return fs::create_hard_link(File(), File(), ignored);
      case 9: {
        const std::string file = File();
        fs::remove(file, ignored);
        return fs::create_symlink(outside(), file, ignored);
      }
      case 10:
        fs::create_directories(Directory(), ignored);
        return Write(File());
      case 11:
        if (Below(4) == 0) fs::remove_all(Directory(), ignored);
        return;
      case 12:
        return fs::rename(Directory(), Directory(), ignored);
      case 13: {  // swap
        const std::string a = Directory();
        const std::string b = Directory();
        fs::rename(a, outside() + "/swap", ignored);
        fs::rename(b, a, ignored);
        return fs::rename(outside() + "/swap", b, ignored);
      }
      case 14: {
        const std::string parked = absl::StrCat(outside(), "/", Below(3));
        fs::rename(Directory(), parked, ignored);
        Write(parked + "/a");
        return fs::rename(absl::StrCat(outside(), "/", Below(3)), Directory(), ignored);
      }
      default:
        return fs::last_write_time(File(), fs::file_time_type::clock::now(), ignored);
    }
  }

 private:
  unsigned Below(unsigned bound) { return std::uniform_int_distribution<unsigned>(0, bound - 1)(random_); }

  std::string outside() const { return watched_.temp().Join("outside"); }

  // One to three levels deep.
  std::string Directory() {
    std::string path = watched_.TreePath("");
    for (unsigned depth = 1 + Below(3); depth > 0; --depth) absl::StrAppend(&path, "/", std::string(1, 'a' + Below(3)));
    return path;
  }

  // In a directory, or in the tree itself; now and then it has the name of a directory.
  std::string File() {
    const std::string directory = Below(8) == 0 ? watched_.TreePath("") : Directory();
    return absl::StrCat(directory, "/", std::string(1, 'a' + Below(8)));
  }

  void Write(const std::string& path) {
    BreakLink(path);
    std::ofstream stream(path, std::ios::trunc);
    // Often the same content, now and then more than an event carries.
    stream << std::string(Below(20) == 0 ? 100'000 : 1, 'a' + Below(3));
  }

  // Nobody can tell what was written to a file through a name that is gone since or outside the tree.
  static void BreakLink(const std::string& path) {
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored) && fs::hard_link_count(path, ignored) > 1) fs::remove(path, ignored);
  }

  const WatchedTree& watched_;
  std::mt19937 random_;
};

class TreeWatcherRandomTest : public testing::TestWithParam<unsigned> {};

TEST_P(TreeWatcherRandomTest, WhatIsToldAddsUpToTheDisk) {
  WatchedTree watched;
  watched.MakeDirectory("");
  Vandal before(watched, 1000 + GetParam());
  for (int i = 0; i < 100; ++i) before.Act();
  watched.Start();
  const auto check_snapshot = [&](const std::vector<v1::FileState>& files) {
    WatchedTree::State snapshot;
    for (const v1::FileState& file : files) snapshot[file.path()] = file.hash();
    EXPECT_EQ(snapshot, watched.Reported()) << "a snapshot differs from what had been told by then";
  };
  Vandal vandal(watched, GetParam());
  for (int i = 0; i < 2000; ++i) {
    vandal.Act();
    if (i % 100 == 0) {
      const absl::Status status = watched.watcher().Snapshot(check_snapshot);
      EXPECT_TRUE(status.ok()) << status;
    }
  }
  watched.Put("~the-end", "x");
  EXPECT_TRUE(watched.WaitFor([&] { return !watched.ChangesOf("~the-end").empty(); }));
  watched.ExpectStateEqualsDisk();
  EXPECT_FALSE(watched.Changes().empty());
}

unsigned Seeds() {
  const char* wanted = std::getenv("SPECRELAY_TEST_SEEDS");
  unsigned seeds;
  return wanted != nullptr && absl::SimpleAtoi(wanted, &seeds) ? seeds : 4;
}

INSTANTIATE_TEST_SUITE_P(Seeds, TreeWatcherRandomTest, testing::Range(0u, Seeds()));

}  // namespace
}  // namespace specrelay
