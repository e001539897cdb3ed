// A relay, its agents, its clients and their disks in one thread, under faults, driven by a seed.
#ifndef SPECRELAY_TESTS_SIMULATION_SIMULATION_H_
#define SPECRELAY_TESTS_SIMULATION_SIMULATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "mcp_agent/machine_host.h"

namespace specrelay {

struct SimulationReport {
  std::vector<std::string> violations;  // none when all went well
  std::vector<std::string> faults;      // in order, with their times
  std::vector<std::string> story;       // each operation, in the order of their beginnings
  int operations = 0;
  int applied = 0;
  int refused = 0;
  int tries = 0;
  std::string digest;  // of all that happened: equal for equal runs
};

// Runs the simulation of that seed: half a minute of work and faults, then time to recover. The same seed gives the
// same run, bit for bit, in a process whose addresses are not randomized. `machine` is for commands that no simulation
// sends.
SimulationReport Simulate(uint64_t seed, MachineHost& machine);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIMULATION_H_
