#include "mcp_agent/doctor/inotify_checks.h"

#include <sys/inotify.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/unique_fd.h"

namespace specrelay {
namespace {

constexpr char kName[] = "inotify";
// Editors and file managers of the same user take watches as well.
constexpr int64_t kComfortableWatches = 8192;

absl::optional<int64_t> ReadNumber(const std::string& path) {
  std::ifstream file(path);
  int64_t number = 0;
  if (file >> number) return number;
  return absl::nullopt;
}

int TryWatch(const std::string& directory) {
  const UniqueFd fd(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!fd.valid()) return errno;
  return inotify_add_watch(fd.get(), directory.c_str(), IN_CREATE) < 0 ? errno : 0;
}

}  // namespace

InotifyFacts LookAtInotify(const std::string& limits, const std::string& directory) {
  return {ReadNumber(absl::StrCat(limits, "/max_user_watches")),
          ReadNumber(absl::StrCat(limits, "/max_user_instances")), TryWatch(directory)};
}

Check CheckInotify(const InotifyFacts& facts, int directories) {
  if (facts.open_error == EMFILE) {
    return Failed(
        kName, "no further inotify instance is to be had; changes are only found by looking now and then",
        absl::StrCat("run: sudo sysctl fs.inotify.max_user_instances=", 2 * facts.max_instances.value_or(128)));
  }
  if (facts.open_error == ENOSPC) {
    return Failed(kName, "no further inotify watch is to be had; changes are only found by looking now and then",
                  absl::StrCat("run: sudo sysctl fs.inotify.max_user_watches=", 2 * facts.max_watches.value_or(65536)));
  }
  if (facts.open_error != 0) {
    return Failed(kName, absl::StrCat("directories cannot be watched: ", std::strerror(facts.open_error)),
                  "keep the project on a file system of this machine, and let the agent use inotify");
  }
  if (!facts.max_watches.has_value()) return Passed(kName, "directories can be watched; the limits cannot be read");
  const std::string found = absl::StrCat(directories, " directories to watch, ", *facts.max_watches,
                                         " watches for all programs of this user");
  if (*facts.max_watches < directories + kComfortableWatches) {
    return Warning(kName, found, "run: sudo sysctl fs.inotify.max_user_watches=524288, and keep it in /etc/sysctl.d");
  }
  return Passed(kName, found);
}

}  // namespace specrelay
