// Hostile names and paths through a real server and a real agent: refused with a clear error, and nothing outside of
// the tree is read or written.

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <iostream>
#include <map>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

constexpr char kSecret[] = "the secret outside of the tree";

// Path → content of everything under a directory but the agent's own files; links are not followed.
std::map<std::string, std::string> Contents(const std::string& directory) {
  std::map<std::string, std::string> contents;
  for (auto entry_it = fs::recursive_directory_iterator(directory); entry_it != fs::end(entry_it); ++entry_it) {
    const fs::directory_entry& entry = *entry_it;
    if (entry.path().filename() == ".specrelay") {
      entry_it.disable_recursion_pending();
      continue;
    }
    if (entry.is_symlink()) {
      contents[entry.path()] = fs::read_symlink(entry.path());
    } else if (entry.is_regular_file()) {
      contents[entry.path()] = ReadFileOrDie(entry.path());
    } else {
      contents[entry.path()] = "";
    }
  }
  return contents;
}

std::vector<std::string> HostilePaths(const std::string& outside) {
  std::vector<std::string> paths;
  // Climbing out, in every position and depth, plain, doubled and mixed.
  for (const char* climb : {"..", "../..", "../../..", "../../../../../../../.."}) {
    for (const char* target : {"", "/secret.md", "/outside/secret.md", "/etc/passwd", "/project/escaped.md"}) {
      for (const char* prefix :
           {"", "specs/", "specs/a/", "specs/a/../", "./", "specs//", "nowhere/", "steering/../"}) {
        paths.push_back(absl::StrCat(prefix, climb, target));
      }
    }
  }
  // Absolute, empty, dotted, doubled.
  for (const char* path :
       {"/", "//", "/etc/passwd", "//etc/passwd", "/proc/self/environ", "/dev/null", "", ".", "./", "..", "specs/.",
        "specs/./a", "specs/a/", "specs//a", "/specs/a/design.md", "specs/a/.", "specs/a/..", "...", "specs/.../x"}) {
    paths.push_back(path);
  }
  paths.push_back(outside);
  paths.push_back(outside + "/secret.md");
  // Links and special files made by the fixture.
  for (const char* path :
       {"link-file.md", "link-dir", "link-dir/secret.md", "link-dir/new.md", "dangling.md", "specs/link-spec/design.md",
        "specs/link-spec/new.md", "link-up/secret.md", "link-absolute/secret.md", "loop", "loop/x", "chain/secret.md",
        "pipe.md", "directory.md", "specs/a/link-file.md", "link-proc/environ", "link-self/specs/a/design.md",
        "directory.md/../link-file.md"}) {
    paths.push_back(path);
  }
  // Bytes that mean something elsewhere.
  for (const char* infix : {"\n", "\r", "\t", "\x01", "\x7f"}) paths.push_back(absl::StrCat("..", infix, "/secret.md"));
  paths.push_back(std::string("specs/a/design.md\0.txt", 22));
  paths.push_back(std::string("..\0/secret.md", 13));
  paths.push_back(std::string("\0", 1));
  for (const char* path : {"%2e%2e/secret.md/..", "..\\..\\secret.md/..", "~/../secret.md", "$HOME/../../secret.md",
                           "file:///etc/passwd", "specs/a/../../../outside/secret.md", ".specrelay/lock",
                           ".specrelay/journal", ".specrelay", ".tmp-0123456789abcdef", "specs/a/.tmp-x"}) {
    paths.push_back(path);
  }
  // Too long, too deep.
  paths.push_back(std::string(300, 'x'));
  paths.push_back(std::string(5000, 'x'));
  paths.push_back(absl::StrCat("specs/", std::string(256, 'x'), "/design.md"));
  std::string deep;
  for (int i = 0; i < 2500; ++i) deep += "d/";
  paths.push_back(deep + "f");
  return paths;
}

std::vector<std::string> HostileNames() {
  std::vector<std::string> names = {"",
                                    ".",
                                    "..",
                                    "...",
                                    ".hidden",
                                    "../a",
                                    "a/b",
                                    "/a",
                                    "a/",
                                    "a\\b",
                                    "a\nb",
                                    "a\tb",
                                    "../../outside",
                                    "a/../..",
                                    "./a",
                                    "\x01",
                                    "a\x7f",
                                    "/etc",
                                    "../archive/specs/old"};
  names.push_back(std::string("a\0b", 3));
  names.push_back(std::string("\0", 1));
  names.push_back(std::string(129, 'x'));
  names.push_back(std::string(10'000, 'x'));
  names.push_back("..\u2215outside/..");
  names.push_back("link-spec");
  return names;
}

class HostilePathsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start());
    project_dir_ = cluster_->Path("project");
    tree_ = project_dir_ + "/.spec-context";
    outside_ = cluster_->Path("outside");
    WriteFileOrDie(outside_ + "/secret.md", kSecret);
    WriteFileOrDie(outside_ + "/design.md", kSecret);
    WriteFileOrDie(cluster_->Path("secret.md"), kSecret);
    WriteFileOrDie(project_dir_ + "/secret.md", kSecret);
    WriteFileOrDie(tree_ + "/specs/a/design.md", "inside");
    fs::create_symlink(outside_ + "/secret.md", tree_ + "/link-file.md");
    fs::create_symlink(outside_ + "/secret.md", tree_ + "/specs/a/link-file.md");
    fs::create_symlink("../../outside", tree_ + "/link-dir");
    fs::create_symlink(outside_, tree_ + "/link-absolute");
    fs::create_symlink(outside_, tree_ + "/specs/link-spec");
    fs::create_symlink("..", tree_ + "/link-up");
    fs::create_symlink("nowhere", tree_ + "/dangling.md");
    fs::create_symlink("loop", tree_ + "/loop");
    fs::create_symlink("link-dir", tree_ + "/chain");
    fs::create_symlink("/proc/self", tree_ + "/link-proc");
    fs::create_symlink(".", tree_ + "/link-self");
    fs::create_directories(tree_ + "/directory.md");
    ASSERT_EQ(mkfifo((tree_ + "/pipe.md").c_str(), 0600), 0);
    ASSERT_THAT(cluster_->StartAgent(project_dir_, "p1"), IsOk());
  }

  // Executes a hostile command: it must fail in a way that a caller can understand, and give nothing away.
  void ExpectRefused(Client& user, const v1::Command& command, const std::string& what) {
    v1::ExecuteRequest request;
    request.set_project_id("p1");
    *request.mutable_command() = command;
    const absl::StatusOr<v1::ExecuteResponse> response = user.Execute(request);
    ++attempts_;
    EXPECT_THAT(response.status().code(),
                testing::AnyOf(absl::StatusCode::kInvalidArgument, absl::StatusCode::kPermissionDenied,
                               absl::StatusCode::kNotFound))
        << what << ": " << response.status();
    EXPECT_GT(response.status().message().size(), 10u) << what;
    if (response.ok()) {
      EXPECT_FALSE(absl::StrContains(response->SerializeAsString(), kSecret)) << what;
    }
  }

  std::unique_ptr<Cluster> cluster_;
  std::string project_dir_;
  std::string tree_;
  std::string outside_;
  int attempts_ = 0;
};

TEST_F(HostilePathsTest, NoHostilePathOrNameReadsOrWritesAnything) {
  const std::map<std::string, std::string> before_outside = Contents(outside_);
  const std::map<std::string, std::string> before_tree = Contents(tree_);
  Client user = cluster_->User();
  for (const std::string& path : HostilePaths(outside_)) {
    const std::string shown = absl::StrCat("path '", path.substr(0, 80), "'");
    v1::Command command;
    command.mutable_file_read()->set_path(path);
    ExpectRefused(user, command, "file-read of " + shown);
    command.mutable_file_read()->set_root(v1::FILE_ROOT_PROJECT);
    ExpectRefused(user, command, "file-read from the project of " + shown);
    command.mutable_file_write()->set_path(path);
    command.mutable_file_write()->set_content("hostile");
    ExpectRefused(user, command, "file-write of " + shown);
  }
  for (const std::string& name : HostileNames()) {
    const std::string shown = absl::StrCat("name '", name.substr(0, 80), "'");
    std::vector<v1::Command> commands(9);
    commands[0].mutable_spec_read()->set_name(name);
    commands[1].mutable_spec_archived_read()->set_name(name);
    commands[2].mutable_task_progress()->set_spec_name(name);
    commands[3].mutable_spec_document_write()->set_name(name);
    commands[3].mutable_spec_document_write()->set_document(v1::SPEC_DOCUMENT_DESIGN);
    commands[3].mutable_spec_document_write()->set_content("hostile");
    commands[4] = commands[3];
    commands[4].mutable_spec_document_write()->set_archived(true);
    commands[5].mutable_spec_archive()->set_name(name);
    commands[6].mutable_spec_unarchive()->set_name(name);
    commands[7].mutable_task_status_update()->set_spec_name(name);
    commands[7].mutable_task_status_update()->set_task_id("1");
    commands[7].mutable_task_status_update()->set_status(v1::TASK_STATUS_COMPLETED);
    commands[8].mutable_task_status_update()->set_spec_name("a");
    commands[8].mutable_task_status_update()->set_task_id(name);
    commands[8].mutable_task_status_update()->set_status(v1::TASK_STATUS_COMPLETED);
    for (const v1::Command& command : commands) {
      ExpectRefused(user, command, absl::StrCat(command.ShortDebugString().substr(0, 60), " with ", shown));
    }
  }
  std::cout << attempts_ << " hostile paths and names refused\n";
  EXPECT_GE(attempts_, 300);
  EXPECT_EQ(Contents(outside_), before_outside);
  std::map<std::string, std::string> after_tree = Contents(tree_);
  for (auto it = after_tree.begin(); it != after_tree.end();) {
    it = absl::StrContains(it->first, "/.specrelay") ? after_tree.erase(it) : std::next(it);
  }
  EXPECT_EQ(after_tree, before_tree);
  EXPECT_EQ(ReadFileOrDie(cluster_->Path("secret.md")), kSecret);
  EXPECT_THAT(user.Execute("p1", R"({"fileRead":{"path":"specs/a/design.md"}})"), IsOk()) << "the agent lives on";
}

TEST_F(HostilePathsTest, ADirectorySwappedForALinkDuringWritesLeadsNowhere) {
  const absl::Duration length = absl::Seconds(10);
  const std::string victim = tree_ + "/specs/victim";
  const std::string decoy = tree_ + "/decoy";
  fs::create_directories(victim);
  fs::create_symlink(outside_, decoy);
  const std::map<std::string, std::string> before = Contents(outside_);
  const absl::Time end = absl::Now() + length;
  std::atomic<int> swaps{0};
  std::thread swapper([&] {
    while (absl::Now() < end) {
      // One system call exchanges them, so that the path is always a directory or a link, never missing.
      if (syscall(SYS_renameat2, AT_FDCWD, victim.c_str(), AT_FDCWD, decoy.c_str(), RENAME_EXCHANGE) == 0) ++swaps;
    }
  });
  std::atomic<int> applied{0}, refused{0}, leaked{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&, i] {
      Client user = cluster_->User();
      while (absl::Now() < end) {
        const std::string command =
            i % 2 == 0
                ? R"({"specDocumentWrite":{"name":"victim","document":"SPEC_DOCUMENT_DESIGN","content":"hostile"}})"
                : R"({"fileRead":{"path":"specs/victim/design.md"}})";
        const absl::StatusOr<v1::ExecuteResponse> response = user.Execute("p1", command);
        if (response.ok()) {
          ++applied;
          if (absl::StrContains(response->result().file_read().content(), kSecret)) ++leaked;
        } else {
          ++refused;
        }
      }
    });
  }
  swapper.join();
  for (std::thread& client : clients) client.join();
  std::cout << swaps.load() << " swaps, " << applied.load() << " commands applied, " << refused.load() << " refused, "
            << leaked.load() << " leaked\n";
  EXPECT_EQ(leaked.load(), 0);
  EXPECT_EQ(Contents(outside_), before);
  EXPECT_GT(swaps.load(), 100);
  EXPECT_GT(applied.load(), 0);
  EXPECT_GT(refused.load(), 0);
}

}  // namespace
}  // namespace specrelay
