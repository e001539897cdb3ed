#include "mcp_agent/watch/testing/watched_tree.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kGenerous = absl::Seconds(60);

}  // namespace

WatchedTree::WatchedTree() {
  temp_.MakeDirectory("project");
  auto tree = PosixTree::Open(project());
  if (!tree.ok()) {
    std::fprintf(stderr, "WatchedTree: %s\n", tree.status().ToString().c_str());
    std::abort();
  }
  tree_ = *std::move(tree);
  observed_ = std::make_unique<ObservedTree>(*tree_);
}

WatchedTree::~WatchedTree() { Stop(); }

std::string WatchedTree::TreePath(absl::string_view path) const {
  return path.empty() ? absl::StrCat(project(), "/", kTreeDirectory)
                      : absl::StrCat(project(), "/", kTreeDirectory, "/", path);
}

void WatchedTree::Put(absl::string_view path, absl::string_view bytes) const {
  if (fs::exists(TreePath(path))) return PutInPlace(path, bytes);
  MakeDirectory(ParentPath(path));
  temp_.WriteFile("staging", bytes);
  fs::rename(temp_.Join("staging"), TreePath(path));
}

void WatchedTree::PutInPlace(absl::string_view path, absl::string_view bytes) const {
  temp_.WriteFile(absl::StrCat("project/", kTreeDirectory, "/", path), bytes);
}

void WatchedTree::Remove(absl::string_view path) const {
  temp_.Remove(absl::StrCat("project/", JoinPath(kTreeDirectory, path)));
}

void WatchedTree::Move(absl::string_view from, absl::string_view to) const { fs::rename(TreePath(from), TreePath(to)); }

void WatchedTree::MakeDirectory(absl::string_view path) const {
  temp_.MakeDirectory(path.empty() ? absl::StrCat("project/", kTreeDirectory)
                                   : absl::StrCat("project/", kTreeDirectory, "/", path));
}

void WatchedTree::Start(TreeWatcherOptions options) {
  auto watcher = TreeWatcher::Start(
      project(), *observed_, clock_, [this](TreeChanges changes) { OnChanges(std::move(changes)); }, options);
  ASSERT_TRUE(watcher.ok()) << watcher.status();
  watcher_ = *std::move(watcher);
  const State at_start = Snapshot();
  absl::MutexLock lock(&mu_);
  state_.insert(at_start.begin(), at_start.end());
}

void WatchedTree::Stop() {
  Unblock();
  watcher_.reset();
}

void WatchedTree::Block() {
  absl::MutexLock lock(&mu_);
  block_ = true;
}

void WatchedTree::WaitUntilBlocked() {
  absl::MutexLock lock(&mu_);
  ASSERT_TRUE(mu_.AwaitWithTimeout(absl::Condition(&blocked_), kGenerous));
}

void WatchedTree::Unblock() {
  absl::MutexLock lock(&mu_);
  block_ = false;
}

void WatchedTree::OnChanges(TreeChanges changes) {
  if (listener_ != nullptr) {
    for (const v1::FileChanged& change : changes.changes) listener_(change);
  }
  absl::MutexLock lock(&mu_);
  blocked_ = block_;
  mu_.Await(absl::Condition(
      +[](bool* block) { return !*block; }, &block_));
  blocked_ = false;
  ++deliveries_;
  EXPECT_FALSE(changes.changes.empty() && changes.resync_reason.empty()) << "an empty delivery";
  if (!changes.resync_reason.empty()) resyncs_.push_back(changes.resync_reason);
  for (v1::FileChanged& change : changes.changes) {
    ApplyLocked(change);
    changes_.push_back(std::move(change));
  }
}

void WatchedTree::ApplyLocked(const v1::FileChanged& change) {
  const auto known = state_.find(change.path());
  switch (change.change()) {
    case v1::FILE_CHANGE_TYPE_CREATED:
      EXPECT_TRUE(known == state_.end()) << "created twice: " << change.path();
      break;
    case v1::FILE_CHANGE_TYPE_MODIFIED:
      EXPECT_FALSE(known == state_.end()) << "modified before it was created: " << change.path();
      break;
    case v1::FILE_CHANGE_TYPE_DELETED:
      EXPECT_FALSE(known == state_.end()) << "deleted, but it was not there: " << change.path();
      state_.erase(change.path());
      return;
    default:
      ADD_FAILURE() << "a change of no type: " << change.path();
      return;
  }
  if (!change.content_omitted()) {
    EXPECT_EQ(Sha256Hex(change.content()), change.hash()) << change.path();
    EXPECT_EQ(static_cast<int64_t>(change.content().size()), change.size_bytes()) << change.path();
  }
  state_[change.path()] = change.hash();
}

bool WatchedTree::WaitFor(const std::function<bool()>& condition) {
  const absl::Time deadline = clock_.Now() + kGenerous;
  while (true) {
    const int seen = deliveries();
    if (condition()) return true;
    absl::MutexLock lock(&mu_);
    const auto more = [this, seen]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return deliveries_ != seen; };
    if (!mu_.AwaitWithDeadline(absl::Condition(&more), deadline)) return false;
  }
}

void WatchedTree::Settle() {
  // The link is the last of all: in order of path, and because nobody closes a link.
  const std::string marker = absl::StrCat("~settled-", ++markers_);
  const std::string link = marker + "-link";
  Put(marker, marker);
  fs::create_hard_link(TreePath(marker), TreePath(link));
  ASSERT_TRUE(WaitFor([&] { return !ChangesOf(link).empty(); })) << "the watcher does not settle";
  fs::remove(TreePath(marker));
  fs::remove(TreePath(link));
  ASSERT_TRUE(WaitFor([&] { return ChangesOf(link).size() == 2 && ChangesOf(marker).size() == 2; }));
  absl::MutexLock lock(&mu_);
  changes_.erase(std::remove_if(changes_.begin(), changes_.end(),
                                [&](const auto& change) { return change.path() == marker || change.path() == link; }),
                 changes_.end());
}

void WatchedTree::ExpectStateEqualsDisk() {
  const bool equal = WaitFor([this] { return Reported() == Disk(); });
  EXPECT_TRUE(equal) << "told " << Reported().size() << " files, on disk " << Disk().size();
  EXPECT_EQ(Snapshot(), Disk());
}

std::vector<v1::FileChanged> WatchedTree::Changes() const {
  absl::MutexLock lock(&mu_);
  return changes_;
}

std::vector<v1::FileChanged> WatchedTree::ChangesOf(absl::string_view path) const {
  std::vector<v1::FileChanged> found;
  absl::MutexLock lock(&mu_);
  for (const v1::FileChanged& change : changes_) {
    if (change.path() == path) found.push_back(change);
  }
  return found;
}

std::vector<std::string> WatchedTree::Told() const {
  std::vector<std::string> told;
  for (const v1::FileChanged& change : Changes()) {
    const char* verb = change.change() == v1::FILE_CHANGE_TYPE_CREATED    ? "created "
                       : change.change() == v1::FILE_CHANGE_TYPE_MODIFIED ? "modified "
                                                                          : "deleted ";
    told.push_back(absl::StrCat(verb, change.path()));
  }
  return told;
}

std::vector<std::string> WatchedTree::Resyncs() const {
  absl::MutexLock lock(&mu_);
  return resyncs_;
}

int WatchedTree::deliveries() const {
  absl::MutexLock lock(&mu_);
  return deliveries_;
}

void WatchedTree::ForgetChanges() {
  absl::MutexLock lock(&mu_);
  changes_.clear();
  resyncs_.clear();
}

WatchedTree::State WatchedTree::Reported() const {
  absl::MutexLock lock(&mu_);
  return state_;
}

WatchedTree::State WatchedTree::Disk() const {
  State state;
  const std::string root = TreePath("");
  std::error_code error;
  for (fs::recursive_directory_iterator it(root, error), end; !error && it != end; it.increment(error)) {
    if (IsAgentOwnName(it->path().filename().string())) {
      it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file() || it->is_symlink()) continue;
    std::ifstream stream(it->path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    state[it->path().string().substr(root.size() + 1)] = Sha256Hex(bytes);
  }
  return state;
}

WatchedTree::State WatchedTree::Snapshot() {
  State state;
  absl::Notification done;
  const absl::Status status = watcher_->Snapshot([&](const std::vector<v1::FileState>& files) {
    for (const v1::FileState& file : files) state[file.path()] = file.hash();
    done.Notify();
  });
  EXPECT_TRUE(status.ok()) << status;
  if (status.ok() && !done.WaitForNotificationWithTimeout(kGenerous)) {
    ADD_FAILURE() << "no snapshot";
    std::abort();  // the receiver refers to this frame
  }
  return state;
}

}  // namespace specrelay
