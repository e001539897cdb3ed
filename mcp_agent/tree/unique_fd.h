#ifndef SPECRELAY_MCP_AGENT_TREE_UNIQUE_FD_H_
#define SPECRELAY_MCP_AGENT_TREE_UNIQUE_FD_H_

#include <unistd.h>

#include <utility>

namespace specrelay {

// Owns a file descriptor, or none, and closes it on destruction. Errors of close() are lost: what must be durable is
// synced before. Not thread-safe.
class UniqueFd {
 public:
  UniqueFd() = default;
  explicit UniqueFd(int fd) : fd_(fd) {}
  UniqueFd(UniqueFd&& other) noexcept : fd_(other.release()) {}
  UniqueFd& operator=(UniqueFd&& other) noexcept {
    reset(other.release());
    return *this;
  }
  ~UniqueFd() { reset(); }

  bool valid() const { return fd_ >= 0; }
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }

 private:
  int fd_ = -1;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_TREE_UNIQUE_FD_H_
