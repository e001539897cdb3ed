#include "relay/frame_queue.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace specrelay {

absl::Status FrameQueue::Push(v1::RelayFrame frame) {
  const bool reserve = frame.frame_case() != v1::RelayFrame::kCommand;
  const size_t max_frames = limits_.max_frames + (reserve ? limits_.reserve_frames : 0);
  const int64_t max_bytes = limits_.max_bytes + (reserve ? limits_.reserve_bytes : 0);
  const auto bytes = static_cast<int64_t>(frame.ByteSizeLong());
  if (frames_.size() + 1 > max_frames) {
    return absl::ResourceExhaustedError(absl::StrCat(frames_.size(), " frames wait to be written to the agent"));
  }
  if (bytes_ + bytes > max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(bytes_, " bytes wait to be written to the agent"));
  }
  bytes_ += bytes;
  frames_.push_back({std::move(frame), bytes});
  return absl::OkStatus();
}

v1::RelayFrame FrameQueue::Pop() {
  Entry entry = std::move(frames_.front());
  frames_.pop_front();
  bytes_ -= entry.bytes;
  return std::move(entry.frame);
}

std::vector<std::string> FrameQueue::TakeCommands() {
  std::vector<std::string> request_ids;
  std::deque<Entry> others;
  for (Entry& entry : frames_) {
    if (entry.frame.has_command()) {
      bytes_ -= entry.bytes;
      request_ids.push_back(std::move(*entry.frame.mutable_command()->mutable_request_id()));
    } else {
      others.push_back(std::move(entry));
    }
  }
  frames_ = std::move(others);
  return request_ids;
}

}  // namespace specrelay
