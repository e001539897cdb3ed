// What goes wrong in a simulation.
#ifndef SPECRELAY_TESTS_SIMULATION_FAULT_PLAN_H_
#define SPECRELAY_TESTS_SIMULATION_FAULT_PLAN_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulation/event_loop.h"
#include "tests/simulation/sim_agent.h"
#include "tests/simulation/sim_disk.h"
#include "tests/simulation/sim_random.h"
#include "tests/simulation/sim_relay.h"
#include "tests/simulation/sim_view.h"

namespace specrelay {

// A developer's machine.
struct SimMachine {
  SimMachine(EventLoop& loop, std::string id) : project_id(std::move(id)), clock(loop), disk(loop, clock) {}

  const std::string project_id;
  SimClock clock;
  SimDisk disk;
  std::vector<std::unique_ptr<SimAgent>> agents;
  std::vector<std::unique_ptr<SimView>> views;
};

// Everything that can fail. `leap` lets hours pass in which nothing happens. References must outlive whoever gets this.
struct SimWorld {
  EventLoop& loop;
  SimRandom& random;
  SimRelay& relay;
  std::vector<std::unique_ptr<SimMachine>>& machines;
  std::function<void(absl::Duration)> leap;
};

// Makes one thing go wrong now, for a while where it can pass, and says what it is.
std::string Strike(const SimWorld& world);

// Ends everything that is wrong.
void Heal(const SimWorld& world);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_FAULT_PLAN_H_
