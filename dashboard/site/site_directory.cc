#include "dashboard/site/site_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

constexpr off_t kMaxFileBytes = off_t{64} << 20;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }

  int get() const { return fd_; }
  void Reset(int fd) {
    if (fd_ >= 0) close(fd_);
    fd_ = fd;
  }

 private:
  int fd_;
};

absl::Status NoSuchFile() { return absl::NotFoundError("there is no such file"); }

bool IsName(const std::string& segment) {
  return !segment.empty() && segment.front() != '.' &&
         segment.find_first_of(std::string("/\\\0", 3)) == std::string::npos;
}

// Size and the time of the last change tell one state of a file from another.
std::string TagOf(const struct stat& info) {
  return absl::StrCat("\"", absl::Hex(info.st_size), "-", absl::Hex(info.st_mtim.tv_sec), "-",
                      absl::Hex(info.st_mtim.tv_nsec), "\"");
}

absl::StatusOr<std::string> ReadAll(int fd, size_t size) {
  std::string content(size, '\0');
  size_t done = 0;
  while (done < size) {
    const ssize_t count = read(fd, &content[done], size - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return absl::UnavailableError("a file changes just now; try again in a moment");
    done += static_cast<size_t>(count);
  }
  return content;
}

}  // namespace

absl::StatusOr<SiteDirectory> SiteDirectory::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot read the website's directory ", path, ": ", std::strerror(errno)));
  }
  return SiteDirectory(fd);
}

SiteDirectory::SiteDirectory(SiteDirectory&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

SiteDirectory& SiteDirectory::operator=(SiteDirectory&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

SiteDirectory::~SiteDirectory() {
  if (fd_ >= 0) close(fd_);
}

absl::StatusOr<SiteFile> SiteDirectory::Read(const std::vector<std::string>& segments) const {
  if (segments.empty() || !std::all_of(segments.begin(), segments.end(), IsName)) return NoSuchFile();
  Descriptor at(dup(fd_));
  for (size_t i = 0; i < segments.size(); ++i) {
    // Not to be held up by a pipe.
    const int kind = i + 1 < segments.size() ? O_DIRECTORY : O_NONBLOCK;
    at.Reset(openat(at.get(), segments[i].c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | kind));
    if (at.get() < 0) return NoSuchFile();
  }
  struct stat info {};
  if (fstat(at.get(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > kMaxFileBytes) return NoSuchFile();
  absl::StatusOr<std::string> content = ReadAll(at.get(), static_cast<size_t>(info.st_size));
  if (!content.ok()) return content.status();
  return SiteFile{*std::move(content), TagOf(info)};
}

}  // namespace specrelay
