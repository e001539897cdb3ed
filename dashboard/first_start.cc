#include "dashboard/first_start.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"
#include "relay/key_admin.h"

namespace specrelay {
namespace {

absl::Status WriteSecret(const std::string& path, absl::string_view secret) {
  const std::string line = absl::StrCat(secret, "\n");
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  const bool written = fd >= 0 && fchmod(fd, 0600) == 0 &&
                       write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  if (written) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("cannot write ", path, ": ", std::strerror(error)));
}

}  // namespace

absl::StatusOr<absl::optional<FirstKey>> MakeFirstKey(absl::string_view keys_file, const Clock& clock) {
  absl::optional<FirstKey> first;
  if (access(std::string(keys_file).c_str(), F_OK) == 0) return first;
  KeySpec spec;
  spec.name = "first start";
  spec.account = "default";
  spec.role = Role::kAdmin;
  ASSIGN_OR_RETURN(CreatedKey created, CreateKey(keys_file, spec, clock));
  first.emplace(FirstKey{std::move(created.key), absl::StrCat(keys_file, ".admin-key")});
  RETURN_IF_ERROR(WriteSecret(first->path, first->key));
  return first;
}

}  // namespace specrelay
