// What simulated people do.
#ifndef SPECRELAY_TESTS_SIMULATION_WORKLOAD_H_
#define SPECRELAY_TESTS_SIMULATION_WORKLOAD_H_

#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "tests/simulation/operation.h"
#include "tests/simulation/sim_random.h"

namespace specrelay {

// Paths that operations write and views show, beside those of the log and the tasks.
const std::vector<std::string>& DocumentPaths();
inline constexpr char kTasksPath[] = "specs/alpha/tasks.md";
inline constexpr char kLogPath[] = "specs/alpha/implementation-log.json";

// A tree's tasks.md, with tasks 1 to `kTaskCount` that are pending.
inline constexpr int kTaskCount = 6;
std::string InitialTasks();

// The next operation of a project. `shown` says what its author sees of a file, on which a conditional write is based.
template <typename Shown>
Operation NextOperation(SimRandom& random, const std::string& project_id, int number, const Shown& shown);

// Parts of the template, for it alone.
Operation WriteOf(const std::string& id, const std::string& path, const std::string& content,
                  const absl::optional<std::string>& base);
Operation LogAddOf(const std::string& id);
Operation TickOf(const std::string& id, int task, SimRandom& random);
Operation ReadOf(const std::string& path);

template <typename Shown>
Operation NextOperation(SimRandom& random, const std::string& project_id, int number, const Shown& shown) {
  const std::string id = project_id + "-op-" + std::to_string(number);
  const int dice = random.Below(10);
  Operation operation;
  if (dice < 5) {
    const std::string& path = random.Pick(DocumentPaths());
    operation = WriteOf(id, path, "written by " + id + "\n",
                        random.Chance(0.7) ? absl::make_optional(shown(path).value_or("")) : absl::nullopt);
  } else if (dice < 7) {
    operation = LogAddOf(id);
  } else if (dice < 9) {
    operation = TickOf(id, 1 + random.Below(kTaskCount), random);
  } else {
    operation = ReadOf(random.Pick(DocumentPaths()));
  }
  operation.id = id;
  operation.project_id = project_id;
  operation.persistent = random.Chance(0.5);
  const int policy = random.Below(10);
  operation.policy = policy < 5   ? v1::OFFLINE_POLICY_QUEUE
                     : policy < 7 ? v1::OFFLINE_POLICY_WAIT
                                  : v1::OFFLINE_POLICY_FAIL;
  operation.to_be_cancelled = random.Chance(0.2);
  return operation;
}

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_WORKLOAD_H_
