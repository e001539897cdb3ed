#include "mcp_agent/mcp/line_reader.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace specrelay {
namespace {

constexpr size_t kReadBytes = 64 << 10;

}  // namespace

LineReader::LineReader(UniqueFd input, size_t max_line_bytes)
    : input_(std::move(input)), wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), max_line_bytes_(max_line_bytes) {}

LineReader::Result LineReader::Next(std::string& line) {
  while (true) {
    const bool was_skipping = skipping_;
    if (TakeLine(line)) return was_skipping ? Result::kTooLong : Result::kLine;
    if (buffered_.size() > max_line_bytes_) {
      skipping_ = true;
      buffered_.clear();
      scanned_ = 0;
    }
    if (ended_) return Result::kEnd;
    if (!Fill()) ended_ = true;
  }
}

bool LineReader::TakeLine(std::string& line) {
  size_t end = buffered_.find('\n', scanned_);
  scanned_ = buffered_.size();
  const bool is_last = end == std::string::npos && ended_ && (!buffered_.empty() || skipping_);
  if (is_last) end = buffered_.size();
  if (end == std::string::npos) return false;
  line.assign(buffered_, 0, end);
  buffered_.erase(0, is_last ? end : end + 1);
  scanned_ = 0;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  skipping_ = false;
  return true;
}

bool LineReader::Fill() {
  std::array<pollfd, 2> waits = {{{input_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}}};
  while (poll(waits.data(), waits.size(), -1) < 0) {
    if (errno != EINTR) return false;
  }
  if (waits[1].revents != 0) {
    buffered_.clear();  // what has come is not executed any more
    return false;
  }
  const size_t before = buffered_.size();
  buffered_.resize(before + kReadBytes);
  ssize_t count = 0;
  do {
    count = read(input_.get(), &buffered_[before], kReadBytes);
  } while (count < 0 && errno == EINTR);
  buffered_.resize(before + (count > 0 ? count : 0));
  return count > 0 || (count < 0 && errno == EAGAIN);
}

void LineReader::Stop() const {
  const uint64_t one = 1;
  // Can only fail when it has been woken already.
  [[maybe_unused]] const ssize_t written = write(wake_.get(), &one, sizeof(one));
}

}  // namespace specrelay
