#include "tests/simulation/fault_plan.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/simulation/workload.h"

namespace specrelay {
namespace {

absl::Duration SomeJump(const SimWorld& world) { return absl::Hours(world.random.Below(25) - 12); }

// Minutes, hours, or longer than a queue keeps what waits.
absl::Duration SomeHours(const SimWorld& world) {
  switch (world.random.Below(3)) {
    case 0:
      return world.random.Between(absl::Seconds(20), absl::Minutes(20));
    case 1:
      return world.random.Between(absl::Hours(1), absl::Hours(12));
    default:
      return world.random.Between(absl::Hours(23), absl::Hours(30));
  }
}

// The lid is closed for hours; the relay hears of it, or finds out by itself.
std::string SleepMachine(const SimWorld& world, SimMachine& machine) {
  const absl::Duration asleep = SomeHours(world);
  const bool noticed = world.random.Chance(0.5);
  for (const auto& agent : machine.agents) {
    agent->Pause();
    if (noticed && agent->connection() != nullptr) agent->connection()->Break(SimConnection::Notice::kRelay);
  }
  world.loop.After(world.random.Between(absl::Seconds(1), absl::Seconds(9)), [&world, &machine, asleep] {
    world.leap(asleep);
    world.loop.After(world.random.Between(absl::Milliseconds(100), absl::Seconds(6)), [&machine] {
      for (const auto& agent : machine.agents) agent->Resume();
    });
  });
  return absl::StrCat(machine.project_id, " sleeps for ", absl::FormatDuration(asleep));
}

// Everybody goes home.
std::string EndWork(const SimWorld& world, SimMachine& machine) {
  const absl::Duration away = world.random.Between(absl::Seconds(2), absl::Seconds(14));
  for (const auto& agent : machine.agents) agent->Kill(away);
  if (world.random.Chance(0.5)) return absl::StrCat(machine.project_id, " is off for ", absl::FormatDuration(away));
  const absl::Duration night = SomeHours(world);
  world.loop.After(away / 2, [&world, night] { world.leap(night); });
  return absl::StrCat(machine.project_id, " is off for ", absl::FormatDuration(night + away));
}

std::string StrikeProcess(const SimWorld& world, SimAgent& agent, absl::Duration time) {
  if (agent.down()) return absl::StrCat(agent.name(), " is down");
  switch (world.random.Below(5)) {
    case 0:
      agent.Kill();
      return absl::StrCat("killed ", agent.name());
    case 1:
    case 2: {
      const int changes = 1 + world.random.Below(10);
      agent.KillBeforeChange(changes);
      return absl::StrCat("kills ", agent.name(), " before change ", changes);
    }
    case 3:
      agent.Leave();
      return absl::StrCat("ended ", agent.name());
    default:
      agent.Pause();
      world.loop.After(time, [&agent] { agent.Resume(); });
      return absl::StrCat("paused ", agent.name(), " for ", absl::FormatDuration(time));
  }
}

std::string StrikeConnection(const SimWorld& world, SimAgent& agent, absl::Duration time) {
  const std::shared_ptr<SimConnection> connection = agent.connection();
  if (connection == nullptr) return absl::StrCat(agent.name(), " has no connection");
  if (world.random.Chance(0.5)) {
    connection->Stall();
    world.loop.After(time, [connection] { connection->Unstall(); });
    return absl::StrCat("stalled ", agent.name(), " for ", absl::FormatDuration(time));
  }
  using Notice = SimConnection::Notice;
  const auto notice = world.random.Pick<Notice>({Notice::kBoth, Notice::kAgent, Notice::kRelay, Notice::kNobody});
  connection->Break(notice);
  return absl::StrCat("broke the connection of ", agent.name(), ", notice ", static_cast<int>(notice));
}

std::string StrikeRelay(const SimWorld& world, absl::Duration time) {
  if (!world.relay.running()) return "the relay is down or paused";
  switch (world.random.Below(4)) {
    case 0: {
      world.relay.Crash();
      const absl::Duration until = world.random.Between(absl::Milliseconds(50), absl::Seconds(3));
      world.loop.After(until, [&relay = world.relay] { relay.Start(); });
      return absl::StrCat("crashed the relay for ", absl::FormatDuration(until));
    }
    case 1:
      world.relay.DrainAndRestart();
      return "drained the relay";
    case 2: {
      const absl::Duration jump = SomeJump(world);
      world.relay.Jump(jump);
      return absl::StrCat("set the clock of the relay by ", absl::FormatDuration(jump));
    }
    default:
      world.relay.Pause();
      world.loop.After(time, [&relay = world.relay] { relay.Resume(); });
      return absl::StrCat("paused the relay for ", absl::FormatDuration(time));
  }
}

// When the agent is down, somebody edits every document, and then the disk is full for a while.
void FillOnceDown(const SimWorld& world, SimMachine& machine, SimAgent& agent, int patience) {
  constexpr absl::Duration kStep = absl::Milliseconds(50);
  if (!agent.down()) {
    if (patience > 0) {
      world.loop.After(kStep,
                       [&world, &machine, &agent, patience] { FillOnceDown(world, machine, agent, patience - 1); });
    }
    return;
  }
  for (const std::string& path : DocumentPaths()) machine.disk.Edit(path, "edited while the agent was down\n");
  machine.disk.SetFull(true);
  world.loop.After(world.random.Between(absl::Seconds(1), absl::Seconds(6)),
                   [&machine] { machine.disk.SetFull(false); });
}

std::string StrikeMachine(const SimWorld& world, SimMachine& machine, absl::Duration time) {
  switch (world.random.Below(4)) {
    case 0:
      machine.disk.SetFull(true);
      world.loop.After(time, [&machine] { machine.disk.SetFull(false); });
      return absl::StrCat("filled the disk of ", machine.project_id, " for ", absl::FormatDuration(time));
    case 1:
      for (const auto& agent : machine.agents) agent->Kill();
      machine.disk.CutPower(world.random);
      return absl::StrCat("cut the power of ", machine.project_id);
    case 2: {
      const absl::Duration jump = SomeJump(world);
      machine.clock.Jump(jump);
      return absl::StrCat("set the clock of ", machine.project_id, " by ", absl::FormatDuration(jump));
    }
    default:
      machine.views[0]->Stall(time);
      return absl::StrCat("stalled a view of ", machine.project_id, " for ", absl::FormatDuration(time));
  }
}

}  // namespace

std::string Strike(const SimWorld& world) {
  SimMachine& machine =
      *world.machines[static_cast<size_t>(world.random.Below(static_cast<int>(world.machines.size())))];
  SimAgent& agent = *machine.agents[static_cast<size_t>(world.random.Below(static_cast<int>(machine.agents.size())))];
  const absl::Duration time = world.random.Between(absl::Milliseconds(200), absl::Seconds(12));
  switch (world.random.Below(14)) {
    case 0:
    case 1:
    case 2:
      return StrikeProcess(world, agent, time);
    case 3:
    case 4:
    case 5:
      return StrikeConnection(world, agent, time);
    case 6:
      return StrikeRelay(world, time);
    case 7:
      agent.MissChanges();
      return absl::StrCat(agent.name(), " missed changes");
    case 8:
      return SleepMachine(world, machine);
    case 11:
      agent.KillBeforeChange(1 + world.random.Below(10));
      FillOnceDown(world, machine, agent, /*patience=*/100);
      return absl::StrCat("kills ", agent.name(), " before a change, edits files, and fills the disk");
    case 9:
    case 10:
      return EndWork(world, machine);
    default:
      return StrikeMachine(world, machine, time);
  }
}

void Heal(const SimWorld& world) {
  if (world.relay.relay() == nullptr) {
    world.relay.Start();
  } else if (!world.relay.running()) {
    world.relay.Resume();
  }
  for (const auto& machine : world.machines) {
    machine->disk.SetFull(false);
    for (const auto& agent : machine->agents) {
      agent->KillBeforeChange(0);
      if (agent->down()) agent->Start();
      agent->Resume();
      if (agent->connection() != nullptr) agent->connection()->Unstall();
    }
  }
}

}  // namespace specrelay
