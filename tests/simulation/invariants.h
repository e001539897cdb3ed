// What must hold after a simulation, whatever happened in it.
#ifndef SPECRELAY_TESTS_SIMULATION_INVARIANTS_H_
#define SPECRELAY_TESTS_SIMULATION_INVARIANTS_H_

#include <string>
#include <vector>

#include "tests/simulation/delivery_record.h"
#include "tests/simulation/operation.h"
#include "tests/simulation/sim_disk.h"
#include "tests/simulation/sim_view.h"

namespace specrelay {

// Each function adds what is violated to `violations`, for people.

// The operation has ended; took effect once when it was applied and never when it was refused; and was then based on
// what it was said to be based on; and not after a relay had said that it ended without an effect. A read saw what was
// there between its first try and its end: a later try may get the answer to an earlier one.
void CheckOperation(const Operation& operation, const SimDisk& disk, const DeliveryRecord& record,
                    std::vector<std::string>& violations);

// What is shown is what is on disk.
void CheckView(const SimView& view, const SimDisk& disk, std::vector<std::string>& violations);

// The audit's chain is whole, and nothing staged was left behind by a process that lived.
void CheckTree(const std::string& project_id, const SimDisk& disk, std::vector<std::string>& violations);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_INVARIANTS_H_
