#include "tests/simulation/simulation.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/body_transfer.h"
#include "proto/support/digest.h"
#include "tests/simulation/fault_plan.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/sim_client.h"
#include "tests/simulation/workload.h"

namespace specrelay {
namespace {

constexpr absl::Duration kWork = absl::Seconds(30);       // operations, edits and faults
constexpr absl::Duration kRecovery = absl::Seconds(120);  // until when everything must be as it should
constexpr int kOperations = 24;                           // of each project
constexpr int kEdits = 6;                                 // of each project, by an editor
constexpr int kMaxFaults = 16;
// In every second run nearly all commands and answers are large.
constexpr int64_t kFewBytes = 60;

int64_t MaxWholeBytesOf(uint64_t seed) { return seed % 2 == 0 ? kFewBytes : kMaxWholeBytes; }

class Simulation {
 public:
  Simulation(uint64_t seed, MachineHost& host)
      : random_(seed),
        record_(loop_, SimRelay::kQueueKeep),
        relay_(loop_, random_, record_, MaxWholeBytesOf(seed)),
        client_(loop_, random_, relay_, record_),
        start_(loop_.Now()) {
    AddMachine("p1", 2, host);
    AddMachine("p2", 1, host);
  }

  ~Simulation() { loop_.Clear(); }

  SimulationReport Run() {
    relay_.Start();
    for (const auto& machine : machines_) Plan(*machine);
    const int faults = random_.Below(kMaxFaults + 1);
    for (int i = 0; i < faults; ++i) {
      loop_.After(random_.Between(absl::Seconds(1), kWork), [this] { Note(Strike(world_)); });
    }
    bool work_is_over = false;
    loop_.After(kWork, [&] { work_is_over = true; });
    while (!work_is_over) loop_.RunNext(absl::InfiniteFuture());
    leaps_left_ = 0;
    Heal(world_);
    const absl::Time end = loop_.Now() + kRecovery;
    while (loop_.Now() < end && !AllIsWell()) RunUntil(std::min(end, loop_.Now() + absl::Seconds(1)));
    return Report();
  }

 private:
  void AddMachine(const std::string& project_id, int agents, MachineHost& host) {
    auto machine = std::make_unique<SimMachine>(loop_, project_id);
    std::vector<std::string> paths = DocumentPaths();
    for (const std::string& path : paths) machine->disk.Edit(path, absl::StrCat("first ", path, "\n"));
    machine->disk.Edit(kTasksPath, InitialTasks());
    for (int i = 0; i < agents; ++i) {
      machine->agents.push_back(
          std::make_unique<SimAgent>(SimAgent::World{loop_, random_, relay_, machine->disk, machine->clock, host},
                                     project_id, absl::StrCat(project_id, "-agent-", i)));
    }
    paths.emplace_back(kTasksPath);
    for (int i = 0; i < 2; ++i) {
      machine->views.push_back(std::make_unique<SimView>(loop_, random_, relay_, client_, project_id,
                                                         absl::StrCat(project_id, "-view-", i), paths));
    }
    machines_.push_back(std::move(machine));
  }

  void Plan(SimMachine& machine) {
    for (const auto& agent : machine.agents) agent->Start();
    for (const auto& view : machine.views) view->Start();
    client_.WatchQueue(machine.project_id);
    for (int i = 0; i < kOperations; ++i) {
      loop_.After(random_.Between(absl::Seconds(1), kWork), [this, &machine, i] {
        client_.Begin(NextOperation(random_, machine.project_id, i,
                                    [&](const std::string& path) { return machine.views[0]->Shown(path); }));
      });
    }
    for (int i = 0; i < kEdits; ++i) {
      loop_.After(random_.Between(absl::Seconds(1), kWork), [this, &machine, i] {
        const std::string& path = random_.Pick(DocumentPaths());
        random_.Chance(0.2) ? machine.disk.Erase(path) : machine.disk.Edit(path, absl::StrCat("edit ", i, "\n"));
      });
    }
  }

  // At most two nights in a run: an agent remembers what it has done for a week, and its clock may be set, too.
  void Leap(absl::Duration by) {
    if (leaps_left_ == 0) return;
    --leaps_left_;
    loop_.Leap(by);
    const int left = leaps_left_;
    const int64_t ticks = relay_.ticks();
    loop_.After(absl::Seconds(2), [this, left, ticks] {
      if (leaps_left_ == left && relay_.ticks() >= ticks + 2) CheckBound();
    });
  }

  void CheckBound() {
    for (const std::string& id : record_.Overdue(relay_.starts())) {
      report_.violations.push_back(absl::StrCat(id, " waits for longer than the queue keeps it"));
    }
  }

  void Note(const std::string& fault) {
    report_.faults.push_back(absl::StrCat(absl::FormatDuration(loop_.Now() - start_), " ", fault));
  }

  void RunUntil(absl::Time until) {
    while (loop_.RunNext(until)) {
    }
  }

  bool AllIsWell() const {
    if (client_.unfinished() > 0) return false;
    std::vector<std::string> differences;
    for (const auto& machine : machines_) {
      for (const auto& agent : machine->agents) {
        if (!agent->connected()) return false;
      }
      for (const auto& view : machine->views) CheckView(*view, machine->disk, differences);
      CheckTree(machine->project_id, machine->disk, differences);
    }
    return differences.empty();
  }

  SimulationReport Report() {
    for (const auto* found : {&client_.violations(), &record_.violations()}) {
      report_.violations.insert(report_.violations.end(), found->begin(), found->end());
    }
    CheckBound();
    std::string trace;
    for (const auto& machine : machines_) {
      for (const auto& agent : machine->agents) {
        if (!agent->connected()) report_.violations.push_back(absl::StrCat(agent->name(), " did not come back"));
      }
      for (const auto& view : machine->views) CheckView(*view, machine->disk, report_.violations);
      CheckTree(machine->project_id, machine->disk, report_.violations);
      for (const auto& [path, history] : machine->disk.histories()) {
        for (const SimDisk::Version& version : history) {
          absl::StrAppend(&trace, path, absl::FormatTime(version.since), version.content.value_or(""), "\n");
        }
      }
    }
    for (const Operation& operation : client_.operations()) {
      CheckOperation(operation, operation.project_id == "p1" ? machines_[0]->disk : machines_[1]->disk, record_,
                     report_.violations);
      ++report_.operations;
      report_.tries += operation.tries;
      if (operation.end == Operation::End::kApplied) ++report_.applied;
      if (operation.end == Operation::End::kRefused) ++report_.refused;
      report_.story.push_back(absl::StrCat(
          absl::FormatDuration(operation.begun - start_), " to ", absl::FormatDuration(operation.ended - start_), " ",
          operation.request_id, " ", operation.path, operation.base_hash.has_value() ? " (based) " : " ",
          operation.tries, " tries: ", operation.end == Operation::End::kApplied ? "applied" : operation.reason));
      absl::StrAppend(&trace, report_.story.back(), "\n");
    }
    report_.digest = Sha256Hex(trace);
    return std::move(report_);
  }

  // In the order of their use: what comes later may name what comes earlier.
  EventLoop loop_;
  SimRandom random_;
  DeliveryRecord record_;
  std::vector<std::unique_ptr<SimMachine>> machines_;
  SimRelay relay_;
  SimClient client_;
  const absl::Time start_;
  int leaps_left_ = 2;
  const SimWorld world_{loop_, random_, relay_, machines_, [this](absl::Duration by) { Leap(by); }};
  SimulationReport report_;
};

}  // namespace

SimulationReport Simulate(uint64_t seed, MachineHost& machine) { return Simulation(seed, machine).Run(); }

}  // namespace specrelay
