#include "mcp_agent/api_key_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kMaxKeyFileBytes = 4096;

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  // A pipe must not make the agent wait.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return absl::NotFoundError(absl::StrCat("cannot read the key file ", path, ": ", std::strerror(errno)));
  const auto close_file = absl::MakeCleanup([fd] { close(fd); });
  struct stat status;
  if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    return absl::NotFoundError(absl::StrCat("the key file ", path, " is no regular file"));
  }
  std::string content(kMaxKeyFileBytes, '\0');
  const ssize_t length = read(fd, content.data(), content.size());
  if (length < 0) {
    return absl::NotFoundError(absl::StrCat("cannot read the key file ", path, ": ", std::strerror(errno)));
  }
  content.resize(static_cast<size_t>(length));
  return content;
}

// Anything else could not travel in a header.
bool IsKeyText(absl::string_view key) {
  return !key.empty() && key.size() <= 512 &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

absl::StatusOr<std::string> ReadApiKey(const std::string& path) {
  std::string text;
  if (path.empty()) {
    const char* variable = std::getenv("SPECRELAY_API_KEY");
    if (variable == nullptr) {
      return absl::NotFoundError("no key for the relay; give one with --api_key_file=PATH or SPECRELAY_API_KEY");
    }
    text = variable;
  } else {
    ASSIGN_OR_RETURN(text, ReadSmallFile(path));
  }
  const absl::string_view key = absl::StripAsciiWhitespace(text);
  if (!IsKeyText(key)) {
    return absl::InvalidArgumentError(absl::StrCat(path.empty() ? "SPECRELAY_API_KEY" : path,
                                                   " holds no key; put one key into it, as printed by "
                                                   "specrelay_ctl key create"));
  }
  return std::string(key);
}

std::string ApiKeyFileWarning(const std::string& path) {
  struct stat status;
  if (path.empty() || stat(path.c_str(), &status) != 0 || (status.st_mode & (S_IRGRP | S_IROTH)) == 0) return "";
  return absl::StrCat("others on this machine can read the key in ", path, "; run: chmod 600 ", path);
}

}  // namespace specrelay
