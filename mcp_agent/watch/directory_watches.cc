#include "mcp_agent/watch/directory_watches.h"

#include <fcntl.h>
#include <sys/inotify.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/local_file_system.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/unique_fd.h"
#include "mcp_agent/tree/utf8.h"
#include "mcp_agent/watch/subtree.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

// IN_MODIFY is for the queue's generation alone: a file is looked at when its writer has closed it.
constexpr uint32_t kTreeMask = IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE |
                               IN_ATTRIB | IN_ONLYDIR | IN_EXCL_UNLINK;
constexpr uint32_t kProjectMask =
    IN_CREATE | IN_DELETE | IN_MOVED_TO | IN_MOVED_FROM | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

// What is read at a time, and how often in one call: more than the kernel's queue usually holds.
constexpr size_t kBufferBytes = 16 << 10;
constexpr int kMaxBuffers = 64;

}  // namespace

DirectoryWatches::DirectoryWatches(std::string project_dir, int max_watches, InotifyQueue& queue)
    : project_dir_(std::move(project_dir)), max_watches_(max_watches), queue_(queue) {
  if (queue_.fd() < 0) {
    ExplainOnce(explained_shortage_, "the system gives no inotify instance",
                "raise fs.inotify.max_user_instances, for example: sysctl -w fs.inotify.max_user_instances=1024");
  }
}

DirectoryWatches::Outcome DirectoryWatches::WatchProject() {
  const int before = project_wd_;
  project_wd_ = kNoWatch;
  const absl::StatusOr<PosixRoot> project = OpenRootDirectory(project_dir_);
  if (project.ok() && !IsOnLocalFileSystem(project->fd.get())) met_other_file_system_ = true;
  const Outcome outcome =
      project.ok() ? Watch(project->fd.get(), project_dir_, kProjectMask, project_wd_) : OutcomeOf(project.status());
  if (before != kNoWatch && before != project_wd_) ::inotify_rm_watch(queue_.fd(), before);
  return outcome;
}

DirectoryWatches::Outcome DirectoryWatches::Add(absl::string_view dir) {
  const absl::StatusOr<PosixRoot> project = OpenRootDirectory(project_dir_);
  if (!project.ok()) return OutcomeOf(project.status());
  const UniqueFd tree(OpenBeneath(project->fd.get(), kTreeDirectory, O_PATH | O_DIRECTORY));
  if (!tree.valid()) return OutcomeOf(PosixError(-tree.get(), "watch", kTreeDirectory));
  const UniqueFd directory(OpenBeneath(tree.get(), dir, O_PATH | O_DIRECTORY));
  if (!directory.valid()) return OutcomeOf(PosixError(-directory.get(), "watch", dir));
  int wd = kNoWatch;
  Outcome outcome;
  if (!IsWatched(dir) && static_cast<int>(paths_.size()) >= max_watches_) {
    ExplainOnce(explained_shortage_,
                absl::StrCat("the tree has more directories than the ", max_watches_, " watches that are allowed"),
                "move what is no longer needed out of the tree");
    outcome = Outcome::kUnwatched;
  } else {
    outcome = Watch(directory.get(), JoinPath(kTreeDirectory, dir), kTreeMask, wd);
  }
  if (outcome != Outcome::kGone) Enter(dir, wd);
  if (!IsOnLocalFileSystem(directory.get())) met_other_file_system_ = true;
  return outcome;
}

DirectoryWatches::Outcome DirectoryWatches::Watch(int fd, absl::string_view shown, uint32_t mask, int& wd) {
  if (queue_.fd() < 0) return Outcome::kUnwatched;
  // The descriptor was resolved within bounds; through /proc the watch goes to the very same directory.
  const int added = ::inotify_add_watch(queue_.fd(), absl::StrCat("/proc/self/fd/", fd).c_str(), mask);
  if (added < 0 && errno == ENOSPC) {
    ExplainOnce(explained_shortage_, "the system gives no more inotify watches",
                "raise fs.inotify.max_user_watches, for example: sysctl -w fs.inotify.max_user_watches=524288");
    return Outcome::kUnwatched;
  }
  // What is in it may be named all the same.
  if (added < 0 && errno == EACCES) {
    ExplainOnce(explained_denial_, absl::StrCat("the agent may not list ", Quoted(shown)),
                "let the user that the agent runs as read it");
    return Outcome::kUnwatched;
  }
  if (added < 0) return OutcomeOf(PosixError(errno, "watch", project_dir_));
  wd = added;
  return Outcome::kWatched;
}

DirectoryWatches::Outcome DirectoryWatches::OutcomeOf(const absl::Status& failure) {
  // A directory that kept being renamed during the call.
  if (absl::IsUnavailable(failure)) return Outcome::kUnwatched;
  if (!absl::IsResourceExhausted(failure)) return Outcome::kGone;
  ExplainOnce(explained_shortage_, failure.message(), "raise the limit of open files (ulimit -n), or free memory");
  return Outcome::kUnwatched;
}

bool DirectoryWatches::IsWatched(absl::string_view dir) const {
  const auto it = directories_.find(dir);
  return it != directories_.end() && it->second.wd != kNoWatch;
}

void DirectoryWatches::Enter(absl::string_view dir, int wd) {
  if (const auto known = paths_.find(wd); known != paths_.end() && known->second != dir) {
    // A directory that is watched already keeps its watch: it was moved here from where it was known.
    directories_.erase(known->second);
    paths_.erase(known);
  }
  const auto [it, is_new] = directories_.try_emplace(std::string(dir));
  Directory& directory = it->second;
  directory.added_in = check_;
  if (!is_new) {
    if (directory.wd == wd) return;
    Release(directory.wd);
  }
  directory.wd = wd;
  if (wd == kNoWatch) {
    ++unwatched_;
  } else {
    paths_[wd] = std::string(dir);
  }
}

void DirectoryWatches::Release(int wd) {
  if (wd == kNoWatch) {
    --unwatched_;
  } else {
    ::inotify_rm_watch(queue_.fd(), wd);
    paths_.erase(wd);
  }
}

void DirectoryWatches::Keep(absl::string_view dir) {
  VisitSubtree(directories_, dir, [this](auto it) {
    it->second.added_in = check_;
    return ++it;
  });
}

void DirectoryWatches::EndCheck(absl::string_view dir) {
  VisitSubtree(directories_, dir, [this](auto it) {
    if (it->second.added_in == check_) return ++it;
    Release(it->second.wd);
    return directories_.erase(it);
  });
}

std::vector<std::string> DirectoryWatches::Unwatched() const {
  const auto is_unwatched = [this](absl::string_view path) {
    const auto it = directories_.find(path);
    return it != directories_.end() && it->second.wd == kNoWatch;
  };
  std::vector<std::string> topmost;
  for (const auto& [path, directory] : directories_) {
    if (directory.wd != kNoWatch) continue;
    absl::string_view above = path;
    bool is_below = false;
    while (!above.empty() && !is_below) {
      above = ParentPath(above);
      is_below = is_unwatched(above);
    }
    if (!is_below) topmost.push_back(path);
  }
  return topmost;
}

void DirectoryWatches::Read(Report report, absl::FunctionRef<bool()> wants_more) {
  if (queue_.fd() < 0) return;
  alignas(inotify_event) char buffer[kBufferBytes];
  for (int buffers = 0; buffers < kMaxBuffers && wants_more(); ++buffers) {
    const ssize_t length = queue_.Take(buffer, sizeof(buffer));
    if (length <= 0) return;
    for (const char* at = buffer; at < buffer + length;) {
      inotify_event event;
      std::memcpy(&event, at, sizeof(event));
      // The name is padded with NULs.
      const char* name = at + sizeof(event);
      Translate(event.wd, event.mask, absl::string_view(name, ::strnlen(name, event.len)), report);
      at = name + event.len;
    }
  }
}

void DirectoryWatches::Translate(int wd, uint32_t mask, absl::string_view name, Report report) {
  if ((mask & IN_Q_OVERFLOW) != 0) return report({WatchEvent::Kind::kOverflow, ""});
  if (wd == project_wd_) return TranslateProject(mask, name, report);
  const auto it = paths_.find(wd);
  // Of a directory that was forgotten since: its new place, if it has one in the tree, was or will be checked as a
  // whole.
  if (it == paths_.end()) return;
  if ((mask & IN_UNMOUNT) != 0) report({WatchEvent::Kind::kUnmounted, ""});
  if ((mask & IN_IGNORED) != 0) {
    const std::string path = it->second;
    directories_.erase(path);
    paths_.erase(it);
    return report({WatchEvent::Kind::kChanged, path});
  }
  if (mask == IN_MODIFY) return;
  // Events of a directory itself come from its parent as well.
  if (name.empty() || IsAgentOwnName(name) || !IsValidUtf8(name)) return;
  const bool gone = (mask & (IN_MOVED_FROM | IN_DELETE)) != 0;
  const bool written = gone || (mask & (IN_CLOSE_WRITE | IN_MOVED_TO)) != 0;
  const bool complete = written || (mask & IN_ISDIR) != 0;
  report({complete ? WatchEvent::Kind::kChanged : WatchEvent::Kind::kUnfinished, JoinPath(it->second, name), written,
          gone});
}

void DirectoryWatches::TranslateProject(uint32_t mask, absl::string_view name, Report report) {
  if ((mask & IN_UNMOUNT) != 0) report({WatchEvent::Kind::kUnmounted, ""});
  if ((mask & (IN_IGNORED | IN_DELETE_SELF | IN_MOVE_SELF)) != 0) {
    if ((mask & IN_IGNORED) != 0) project_wd_ = kNoWatch;
    return report({WatchEvent::Kind::kProjectLost, ""});
  }
  if (name != kTreeDirectory) return;
  const bool lost = (mask & (IN_DELETE | IN_MOVED_FROM)) != 0;
  report({lost ? WatchEvent::Kind::kTreeLost : WatchEvent::Kind::kChanged, ""});
}

void DirectoryWatches::ExplainOnce(bool& explained, absl::string_view reason, absl::string_view remedy) {
  if (explained) return;
  explained = true;
  Log(LogLevel::kWarning, "directories are not watched but looked through from time to time",
      {{"project", project_dir_}, {"reason", std::string(reason)}, {"remedy", std::string(remedy)}});
}

}  // namespace specrelay
