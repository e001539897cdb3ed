#include "mcp_agent/mcp/line_writer.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace specrelay {

LineWriter::LineWriter(UniqueFd output, std::function<void()> on_broken, LineWriterLimits limits)
    : output_(std::move(output)), on_broken_(std::move(on_broken)), limits_(limits), thread_([this] { Run(); }) {}

LineWriter::~LineWriter() {
  Close(absl::InfiniteDuration());
  thread_.join();
}

void LineWriter::Send(std::string line) {
  absl::MutexLock lock(&mu_);
  QueueLocked(std::move(line));
}

bool LineWriter::TrySend(std::string line) {
  absl::MutexLock lock(&mu_);
  if (!HasRoomLocked()) return false;
  QueueLocked(std::move(line));
  return true;
}

void LineWriter::QueueLocked(std::string line) {
  if (closed_ || ended_) return;
  line.push_back('\n');
  bytes_ += line.size();
  lines_.push_back(std::move(line));
}

void LineWriter::WaitForRoom() {
  absl::MutexLock lock(&mu_);
  mu_.Await(absl::Condition(this, &LineWriter::HasRoomLocked));
}

void LineWriter::StopWaiting() {
  absl::MutexLock lock(&mu_);
  nobody_waits_ = true;
}

void LineWriter::Run() {
  bool broken = false;
  mu_.Lock();
  while (!broken) {
    mu_.Await(absl::Condition(this, &LineWriter::HasWorkLocked));
    if (lines_.empty()) break;
    const std::string line = std::move(lines_.front());
    lines_.pop_front();
    mu_.Unlock();
    broken = !Write(line);
    mu_.Lock();
    bytes_ -= line.size();
  }
  ended_ = true;
  lines_.clear();
  mu_.Unlock();
  if (broken) on_broken_();
}

bool LineWriter::Write(const std::string& text) const {
  size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = write(output_.get(), text.data() + written, text.size() - written);
    if (count > 0) written += count;
    if (count >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN) return false;
    pollfd room{output_.get(), POLLOUT, 0};  // the other end made the pipe non-blocking
    poll(&room, 1, -1);
  }
  return true;
}

bool LineWriter::Close(absl::Duration timeout) {
  absl::MutexLock lock(&mu_);
  closed_ = true;
  return mu_.AwaitWithTimeout(absl::Condition(&ended_), timeout);
}

}  // namespace specrelay
