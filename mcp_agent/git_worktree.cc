#include "mcp_agent/git_worktree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "mcp_agent/tree/unique_fd.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxLinkBytes = 4096 + 16;  // a path and the word before it
constexpr absl::string_view kWayOut = "; start the agent with --project=DIR for the directory that holds .spec-context";

// The content of a small regular file; nothing for whatever else is there.
absl::optional<std::string> ReadSmallFile(const fs::path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat status;
  if (fd.get() < 0 || fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return absl::nullopt;
  std::string content(kMaxLinkBytes + 1, '\0');
  const ssize_t length = read(fd.get(), content.data(), content.size());
  if (length < 0 || static_cast<size_t>(length) > kMaxLinkBytes) return absl::nullopt;
  content.resize(static_cast<size_t>(length));
  return content;
}

// Where the path that a file in `directory` holds leads; nothing when it leads nowhere.
absl::optional<fs::path> Resolve(const fs::path& directory, absl::string_view text) {
  text = absl::StripTrailingAsciiWhitespace(text);
  if (text.empty() || text.find('\n') != text.npos || text.find('\0') != text.npos) return absl::nullopt;
  std::error_code error;
  fs::path resolved = fs::canonical(directory / std::string(text), error);
  if (error) return absl::nullopt;
  return resolved;
}

// The directory at or above `path` that has a `.git`; "" when there is none.
fs::path FindCheckout(const fs::path& path) {
  std::error_code error;
  for (fs::path directory = path;; directory = directory.parent_path()) {
    if (fs::exists(fs::symlink_status(directory / ".git", error))) return directory;
    if (directory == directory.root_path()) return fs::path();
  }
}

// What the file `.git` of `checkout` names, when that makes it a linked worktree: "…/worktrees/NAME". Submodules and
// separate git directories have such a file as well.
absl::optional<fs::path> WorktreeEntry(const fs::path& checkout) {
  const absl::optional<std::string> link = ReadSmallFile(checkout / ".git");
  if (!link.has_value()) return absl::nullopt;
  absl::string_view target = *link;
  if (!absl::ConsumePrefix(&target, "gitdir:")) return absl::nullopt;
  const absl::string_view named = absl::StripAsciiWhitespace(target);
  if (fs::path(std::string(named)).parent_path().filename() != "worktrees") return absl::nullopt;
  return Resolve(checkout, named).value_or(fs::path());
}

// Whether `entry` names `checkout` in turn.
bool LinksBack(const fs::path& entry, const fs::path& checkout) {
  const absl::optional<std::string> link = ReadSmallFile(entry / "gitdir");
  return link.has_value() && Resolve(entry, *link) == checkout / ".git";
}

bool BelongsToUser(const fs::path& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid();
}

absl::StatusOr<fs::path> MainWorktree(const fs::path& checkout, const fs::path& entry) {
  const std::string shown = Quoted(checkout.native());
  if (entry.empty() || entry.parent_path().filename() != "worktrees" || !LinksBack(entry, checkout)) {
    return absl::FailedPreconditionError(absl::StrCat(
        shown, " is a git worktree that its repository does not know; run git worktree repair there", kWayOut));
  }
  const fs::path repository = entry.parent_path().parent_path();
  if (repository.filename() != ".git") {
    return absl::FailedPreconditionError(
        absl::StrCat("the repository of the git worktree ", shown, " has no main worktree", kWayOut));
  }
  const fs::path main = repository.parent_path();
  if (!BelongsToUser(main) || !BelongsToUser(repository)) {
    return absl::FailedPreconditionError(absl::StrCat("the main worktree ", Quoted(main.native()), " of ", shown,
                                                      " belongs to another user, and is not used for that", kWayOut));
  }
  return main;
}

}  // namespace

absl::StatusOr<std::string> SharedProjectPath(const std::string& path) {
  const fs::path checkout = FindCheckout(path);
  if (checkout.empty()) return path;
  const absl::optional<fs::path> entry = WorktreeEntry(checkout);
  if (!entry.has_value()) return path;
  ASSIGN_OR_RETURN(const fs::path main, MainWorktree(checkout, *entry));
  const fs::path inside = fs::path(path).lexically_relative(checkout);
  const fs::path shared = inside == "." ? main : main / inside;
  // A symbolic link on the way would lead elsewhere.
  std::error_code error;
  if (fs::canonical(shared, error) != shared || error || !fs::is_directory(shared, error)) {
    return absl::FailedPreconditionError(absl::StrCat("the main worktree ", Quoted(main.native()), " has no directory ",
                                                      Quoted(inside.native()),
                                                      " that its worktrees could share; make it there", kWayOut));
  }
  if (!IsValidUtf8(shared.native())) {
    return absl::FailedPreconditionError(
        absl::StrCat("the path of the main worktree ", Quoted(main.native()), " is not UTF-8; rename the directory"));
  }
  return shared.native();
}

}  // namespace specrelay
