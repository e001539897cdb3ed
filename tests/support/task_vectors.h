// The recorded vectors of task parsing and updating. For tests that Bazel runs, from the root of their runfiles.
// Thread-safe. Aborts when the files are missing or malformed.
#ifndef SPECRELAY_TESTS_SUPPORT_TASK_VECTORS_H_
#define SPECRELAY_TESTS_SUPPORT_TASK_VECTORS_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "specrelay/v1/task.pb.h"

namespace specrelay {

// A tasks document and what parsing it gives, in the shape of TaskProgressToJson.
struct TaskVector {
  std::string name;
  std::string document;
  nlohmann::json expected;
};

// An update of a document and the whole document afterwards.
struct TaskUpdateVector {
  std::string name;
  std::string document;
  std::string task_id;
  v1::TaskStatus status = v1::TASK_STATUS_UNSPECIFIED;
  std::string reason;
  std::string expected;
};

// All parsing vectors in ascending order of name.
std::vector<TaskVector> LoadTaskVectors();

// All update vectors as recorded.
std::vector<TaskUpdateVector> LoadTaskUpdateVectors();

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SUPPORT_TASK_VECTORS_H_
