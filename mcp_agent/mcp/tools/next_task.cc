#include "mcp_agent/mcp/tools/next_task.h"

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace specrelay {
namespace {

using Tasks = google::protobuf::RepeatedPtrField<v1::Task>;

// Deeper numbers than any plan has; keeps the search for a parent short.
constexpr int kMaxDepth = 16;
constexpr int kNone = -1;

// How a task stands within the hierarchy.
struct Place {
  int parent = kNone;
  bool blocked_above = false;
  bool started_above = false;
  bool has_subtasks = false;
  bool open_below = false;
};

class Hierarchy {
 public:
  explicit Hierarchy(const Tasks& tasks) : tasks_(tasks), places_(static_cast<size_t>(tasks.size())) {
    // Parents come before their subtasks, so that one pass in each direction is enough.
    for (int i = 0; i < tasks_.size(); ++i) PlaceBelowParent(i);
    for (int i = tasks_.size() - 1; i >= 0; --i) TellParent(i);
  }

  const Place& at(int i) const { return places_[static_cast<size_t>(i)]; }
  // The first task with that number.
  int first(const std::string& id) const { return first_.at(id); }

  bool CanBeDone(int i) const {
    const v1::TaskStatus status = tasks_[i].status();
    return (status == v1::TASK_STATUS_PENDING || status == v1::TASK_STATUS_IN_PROGRESS) && !at(i).blocked_above &&
           !at(i).open_below;
  }

 private:
  void PlaceBelowParent(int i) {
    const v1::Task& task = tasks_[i];
    while (!indented_less_.empty() && tasks_[indented_less_.back()].indent_level() >= task.indent_level()) {
      indented_less_.pop_back();
    }
    Place& place = places_[static_cast<size_t>(i)];
    place.parent = ParentByNumber(task.id());
    if (place.parent == kNone && !indented_less_.empty()) place.parent = indented_less_.back();
    if (place.parent != kNone) {
      const v1::TaskStatus above = tasks_[place.parent].status();
      place.blocked_above = above == v1::TASK_STATUS_BLOCKED || at(place.parent).blocked_above;
      place.started_above = above == v1::TASK_STATUS_IN_PROGRESS || at(place.parent).started_above;
    }
    indented_less_.push_back(i);
    first_.try_emplace(task.id(), i);
  }

  int ParentByNumber(absl::string_view id) const {
    for (int depth = 0; depth < kMaxDepth; ++depth) {
      const size_t dot = id.rfind('.');
      if (dot == absl::string_view::npos) return kNone;
      id = id.substr(0, dot);
      if (const auto it = first_.find(id); it != first_.end()) return it->second;
    }
    return kNone;
  }

  void TellParent(int i) {
    if (at(i).parent == kNone) return;
    Place& parent = places_[static_cast<size_t>(at(i).parent)];
    parent.has_subtasks = true;
    if (tasks_[i].status() != v1::TASK_STATUS_COMPLETED || at(i).open_below) parent.open_below = true;
  }

  const Tasks& tasks_;
  std::vector<Place> places_;
  std::vector<int> indented_less_;  // of the tasks so far, those that may be parents by their indentation
  absl::flat_hash_map<std::string, int> first_;
};

// The index of the task; kNone when nothing can be done.
int Pick(const Tasks& tasks, const Hierarchy& hierarchy) {
  int of_started_group = kNone;
  int first = kNone;
  for (int i = 0; i < tasks.size(); ++i) {
    if (!hierarchy.CanBeDone(i)) continue;
    if (tasks[i].status() == v1::TASK_STATUS_IN_PROGRESS) return i;
    if (of_started_group == kNone && hierarchy.at(i).started_above) of_started_group = i;
    if (first == kNone) first = i;
  }
  return of_started_group != kNone ? of_started_group : first;
}

}  // namespace

NextTask FindNextTask(const Tasks& tasks) {
  const Hierarchy hierarchy(tasks);
  NextTask next;
  const int picked = Pick(tasks, hierarchy);
  if (picked == kNone) {
    for (const v1::Task& task : tasks) {
      if (task.status() == v1::TASK_STATUS_BLOCKED) next.blocked.push_back(&task);
    }
    return next;
  }
  next.task = &tasks[picked];
  next.is_group = hierarchy.at(picked).has_subtasks;
  if (const int first = hierarchy.first(next.task->id()); first != picked) next.same_number = &tasks[first];
  return next;
}

}  // namespace specrelay
