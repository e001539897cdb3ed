#include "relay/frame_queue.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/frame_batch.h"
#include "proto/support/status_macros.h"

namespace specrelay {

absl::Status FrameQueue::CheckRoom(const v1::RelayFrame& frame, bool body, int64_t bytes) const {
  size_t max_frames = body ? limits_.max_body_frames : limits_.max_frames;
  int64_t max_bytes = body ? limits_.max_body_bytes : limits_.max_bytes;
  if (!body && !frame.has_command()) {
    max_frames += limits_.reserve_frames;
    max_bytes += limits_.reserve_bytes;
  }
  const size_t frames_waiting = body ? body_frames_ : frames_.size();
  const int64_t bytes_waiting = body ? body_bytes_ : bytes_;
  if (frames_waiting + 1 > max_frames) {
    return absl::ResourceExhaustedError(absl::StrCat(frames_waiting, " frames wait to be written to the agent"));
  }
  if (bytes_waiting + bytes > max_bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(bytes_waiting, " bytes wait to be written to the agent"));
  }
  return absl::OkStatus();
}

absl::Status FrameQueue::Push(v1::RelayFrame frame) {
  const bool body = frame.transfer().has_chunk() || frame.transfer().has_end();
  const auto bytes = static_cast<int64_t>(frame.ByteSizeLong());
  if (frame.transfer().has_abort()) DropBody(frame.transfer().request_id());
  RETURN_IF_ERROR(CheckRoom(frame, body, bytes));
  (body ? body_bytes_ : bytes_) += bytes;
  if (body) ++body_frames_;
  Frames& place = body ? bodies_[frame.transfer().request_id()] : frames_;
  place.push_back({std::move(frame), bytes});
  return absl::OkStatus();
}

v1::RelayFrame FrameQueue::Pop() {
  auto body = bodies_.end();
  if (frames_.empty()) {
    body = bodies_.upper_bound(last_body_);
    if (body == bodies_.end()) body = bodies_.begin();
    last_body_ = body->first;
    --body_frames_;
  }
  Frames& place = body == bodies_.end() ? frames_ : body->second;
  Entry entry = std::move(place.front());
  place.pop_front();
  (body == bodies_.end() ? bytes_ : body_bytes_) -= entry.bytes;
  if (body != bodies_.end() && place.empty()) bodies_.erase(body);
  return std::move(entry.frame);
}

v1::RelayFrame FrameQueue::PopBatch() {
  if (frames_.empty()) return Pop();
  int64_t bytes = frames_.front().bytes;
  v1::RelayFrame batch = Pop();
  while (!frames_.empty() && bytes < kFullBatchBytes && batch.more_size() < kMaxBatchFrames) {
    bytes += frames_.front().bytes;
    *batch.add_more() = Pop();
  }
  return batch;
}

void FrameQueue::DropBody(const std::string& request_id) {
  const auto body = bodies_.find(request_id);
  if (body == bodies_.end()) return;
  for (const Entry& entry : body->second) body_bytes_ -= entry.bytes;
  body_frames_ -= body->second.size();
  bodies_.erase(body);
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
