// Breaks a server and its agents in every way it knows while people write, and counts what went wrong.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "proto/support/flags.h"
#include "tests/chaos/chaos_load.h"
#include "tests/chaos/chaos_stage.h"
#include "tests/chaos/chaos_verdict.h"

ABSL_FLAG(int, faults, 200, "How many faults to make");
ABSL_FLAG(int, clients, 6, "How many clients write");
ABSL_FLAG(absl::Duration, pause, absl::Milliseconds(250), "Time between faults; many last longer");
ABSL_FLAG(int, seed, 1, "Chooses the faults; the processes' own timing stays what it is");
ABSL_FLAG(bool, verbose, false, "Print each fault");

namespace specrelay {
namespace {

constexpr char kUsage[] = "Real processes under real faults: kills, stops, cuts, full disks, revoked keys.";
constexpr absl::Duration kStuckAfter = absl::Minutes(3);
constexpr size_t kMaxDetails = 20;
constexpr size_t kMaxReason = 60;

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "chaos: %s\n", std::string(status.message()).c_str());
  return EXIT_FAILURE;
}

int Main(int argc, char** argv) {
  ParseFlags(kUsage, argc, argv);
  const absl::Time begun = absl::Now();
  const auto stage = ChaosStage::Start(static_cast<uint32_t>(absl::GetFlag(FLAGS_seed)));
  if (!stage.ok()) return Fail(stage.status());
  ChaosLoad load((*stage)->cluster(), ChaosStage::Projects(), absl::GetFlag(FLAGS_clients), kStuckAfter);
  for (int fault = 0; fault < absl::GetFlag(FLAGS_faults); ++fault) {
    const std::string kind = (*stage)->Strike();
    if (absl::GetFlag(FLAGS_verbose)) {
      std::printf("%s %s\n", absl::FormatDuration(absl::Now() - begun).c_str(), kind.c_str());
      std::fflush(stdout);
    }
    (*stage)->PassTime(absl::GetFlag(FLAGS_pause));
  }
  const absl::Status healed = (*stage)->Heal();
  load.Stop();
  if (!healed.ok()) return Fail(healed);
  const std::vector<ChaosWrite> writes = load.TakeWrites();
  const ChaosVerdict verdict =
      Judge(writes, ChaosStage::Projects(), [&](const std::string& project) { return (*stage)->TreeOf(project); });
  for (const auto& [kind, count] : (*stage)->faults()) std::printf("%6d %s\n", count, kind.c_str());
  std::map<std::string, int> refusals;
  for (const ChaosWrite& write : writes) {
    if (write.end == ChaosWrite::End::kRefused) ++refusals[write.reason.substr(0, kMaxReason)];
  }
  for (const auto& [reason, count] : refusals) std::printf("%6d refused: %s\n", count, reason.c_str());
  for (size_t i = 0; i < verdict.details.size() && i < kMaxDetails; ++i) {
    std::printf("WRONG: %s\n", verdict.details[i].c_str());
  }
  std::printf(
      "faults %d, commands %zu, tries %lld, acknowledged %lld, refused %lld, lost %lld, doubled %lld, "
      "refused but done %lld, stuck %lld, %s\n",
      absl::GetFlag(FLAGS_faults), writes.size(), static_cast<long long>(load.tries()),
      static_cast<long long>(verdict.acknowledged), static_cast<long long>(verdict.refused),
      static_cast<long long>(verdict.lost), static_cast<long long>(verdict.doubled),
      static_cast<long long>(verdict.unwanted), static_cast<long long>(verdict.stuck),
      absl::FormatDuration(absl::Trunc(absl::Now() - begun, absl::Seconds(1))).c_str());
  return verdict.good() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace specrelay

int main(int argc, char** argv) { return specrelay::Main(argc, argv); }
