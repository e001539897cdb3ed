// Runs simulations, and prints every seed that violates an invariant.
#include <signal.h>
#include <sys/personality.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/flags/flag.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mcp_agent/link/testing/fake_timers.h"
#include "mcp_agent/machine_host.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/clock.h"
#include "proto/support/flags.h"
#include "tests/simulation/simulation.h"

ABSL_FLAG(int64_t, seeds, 1000, "How many seeds to run");
ABSL_FLAG(int64_t, first_seed, 1, "The first of them");
ABSL_FLAG(int64_t, stop_after, 10, "Violated seeds after which to stop");
ABSL_FLAG(bool, verbose, false, "Print each run: its faults, its figures and its digest");
ABSL_FLAG(bool, story, false, "Print each operation of each run that is printed");
ABSL_FLAG(bool, logs, false, "Let the simulated programs log to stderr");

namespace specrelay {
namespace {

constexpr char kUsage[] = "Simulates a relay with its agents, clients and disks under faults.";

// A seed gives the same run only when hash tables iterate the same way, which depends on addresses.
void RunWithFixedAddresses(char** argv) {
  const int persona = personality(0xffffffff);
  if (persona == -1 || (persona & ADDR_NO_RANDOMIZE) != 0) return;
  if (personality(static_cast<unsigned long>(persona) | ADDR_NO_RANDOMIZE) != -1) execv("/proc/self/exe", argv);
}

void Print(int64_t seed, const SimulationReport& report) {
  std::printf("seed %lld: %zu violations, %d operations, %d applied, %d refused, %d tries, digest %.16s\n",
              static_cast<long long>(seed), report.violations.size(), report.operations, report.applied, report.refused,
              report.tries, report.digest.c_str());
  for (const std::string& fault : report.faults) std::printf("  fault: %s\n", fault.c_str());
  for (const std::string& violation : report.violations) std::printf("  VIOLATION: %s\n", violation.c_str());
  for (const std::string& line : report.story) {
    if (absl::GetFlag(FLAGS_story)) std::printf("  %s\n", line.c_str());
  }
  std::fflush(stdout);
}

int Main(int argc, char** argv) {
  ParseFlags(kUsage, argc, argv);
  if (!absl::GetFlag(FLAGS_logs) && std::freopen("/dev/null", "w", stderr) == nullptr) return EXIT_FAILURE;
  const TempDir directory;
  const SystemClock clock;
  FakeTimers timers;
  const std::unique_ptr<MachineHost> machine =
      MachineHost::Open({directory.Join("machine"), absl::UTCTimeZone()}, clock, timers).value();
  const absl::Time begun = absl::Now();
  const int64_t first = absl::GetFlag(FLAGS_first_seed);
  int64_t run = 0;
  int64_t violated = 0;
  int64_t operations = 0;
  int64_t applied = 0;
  int64_t faults = 0;
  while (run < absl::GetFlag(FLAGS_seeds) && violated < absl::GetFlag(FLAGS_stop_after)) {
    const int64_t seed = first + run++;
    const SimulationReport report = Simulate(static_cast<uint64_t>(seed), *machine);
    operations += report.operations;
    applied += report.applied;
    faults += static_cast<int64_t>(report.faults.size());
    if (!report.violations.empty()) ++violated;
    if (!report.violations.empty() || absl::GetFlag(FLAGS_verbose)) Print(seed, report);
  }
  std::printf("%lld seeds, %lld faults, %lld operations, %lld applied, %lld seeds violated, %.1f s\n",
              static_cast<long long>(run), static_cast<long long>(faults), static_cast<long long>(operations),
              static_cast<long long>(applied), static_cast<long long>(violated),
              absl::ToDoubleSeconds(absl::Now() - begun));
  return violated == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace specrelay

int main(int argc, char** argv) {
  specrelay::RunWithFixedAddresses(argv);
  return specrelay::Main(argc, argv);
}
