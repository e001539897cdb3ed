#include "mcp_agent/machine_id.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "proto/support/digest.h"

namespace specrelay {
namespace {

constexpr int kIdLength = 32;

// First line of a file, if it could be an id. A fresh image says "uninitialized", a container often nothing.
std::string ReadId(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  const absl::string_view id = absl::StripAsciiWhitespace(line);
  const bool valid = id.size() == kIdLength && std::all_of(id.begin(), id.end(), [](char c) {
                       return absl::ascii_isalnum(static_cast<unsigned char>(c));
                     });
  return valid ? std::string(id) : "";
}

// Makes the file whole or not at all, and never replaces one.
bool CreateOnce(const std::string& path, const std::string& content) {
  const std::string temporary = absl::StrCat(path, ".", getpid(), ".", RandomBase62(8));
  const int fd = open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (fd < 0) return false;
  const bool written =
      write(fd, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && fsync(fd) == 0;
  const bool closed = close(fd) == 0;
  const bool created = written && closed && (link(temporary.c_str(), path.c_str()) == 0 || errno == EEXIST);
  const int error = errno;
  unlink(temporary.c_str());
  errno = error;
  return created;
}

}  // namespace

absl::StatusOr<std::string> MachineId(const std::string& system_file, const std::string& state_dir) {
  if (std::string id = ReadId(system_file); !id.empty()) return id;
  const std::string path = absl::StrCat(state_dir, "/machine-id");
  if (std::string id = ReadId(path); !id.empty()) return id;
  std::error_code error;
  std::filesystem::create_directories(state_dir, error);
  if (error || !CreateOnce(path, RandomBase62(kIdLength) + "\n")) {
    return absl::FailedPreconditionError(absl::StrCat(
        "cannot keep an id of this machine in ", path, ": ", error ? error.message() : std::strerror(errno),
        "; make the directory writable or choose another with --state_dir"));
  }
  std::string id = ReadId(path);
  if (id.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " holds no id of this machine; remove the file, and a new one is made"));
  }
  return id;
}

}  // namespace specrelay
