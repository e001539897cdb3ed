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
#include "tests/integration/hibernation.h"

ABSL_FLAG(int, faults, 200, "How many faults to make");
ABSL_FLAG(int, clients, 6, "How many clients write");
ABSL_FLAG(absl::Duration, pause, absl::Milliseconds(250), "Time between faults; many last longer");
ABSL_FLAG(int, seed, 1, "Chooses the faults; the processes' own timing stays what it is");
ABSL_FLAG(bool, verbose, false, "Print each fault");
ABSL_FLAG(absl::Duration, hibernate, absl::ZeroDuration(),
          "Make one fault alone: stop an agent for that long with writes queued behind it, and let it go on");

namespace specrelay {
namespace {

constexpr char kUsage[] = "Real processes under real faults: kills, stops, cuts, full disks, revoked keys.";
constexpr absl::Duration kStuckAfter = absl::Minutes(3);
constexpr size_t kMaxDetails = 20;
constexpr size_t kMaxReason = 60;

std::string Rounded(absl::Duration time) { return absl::FormatDuration(absl::Trunc(time, absl::Milliseconds(1))); }

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "chaos: %s\n", std::string(status.message()).c_str());
  return EXIT_FAILURE;
}

int RunHibernation(absl::Duration stopped) {
  HibernationOptions options;
  options.stopped = stopped;
  const absl::StatusOr<HibernationReport> report = Hibernate(options);
  if (!report.ok()) return Fail(report.status());
  for (const std::string& detail : report->details) std::printf("WRONG: %s\n", detail.c_str());
  std::printf(
      "stopped for %s; found out after %s: %s\n"
      "writes %d, of them sent before that %d, queued %d; applied %d, all within %s of going on; "
      "lost %d, doubled %d, out of order %d\n",
      Rounded(report->stopped).c_str(), Rounded(report->found_out_after).c_str(), report->found_out_by.c_str(),
      report->sent + report->queued, report->sent, report->queued, report->applied,
      Rounded(report->caught_up_after).c_str(), report->lost, report->doubled, report->out_of_order);
  const bool good = report->details.empty() && report->lost + report->doubled + report->out_of_order == 0;
  return good ? EXIT_SUCCESS : EXIT_FAILURE;
}

int Main(int argc, char** argv) {
  ParseFlags(kUsage, argc, argv);
  if (const absl::Duration stopped = absl::GetFlag(FLAGS_hibernate); stopped > absl::ZeroDuration()) {
    return RunHibernation(stopped);
  }
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
      "faults %d, commands %zu, tries %lld, queued %lld, taken back %lld, acknowledged %lld, refused %lld, lost %lld, "
      "doubled %lld, refused but done %lld, stuck %lld, %s\n",
      absl::GetFlag(FLAGS_faults), writes.size(), static_cast<long long>(load.tries()),
      static_cast<long long>(load.queued()), static_cast<long long>(load.taken_back()),
      static_cast<long long>(verdict.acknowledged), static_cast<long long>(verdict.refused),
      static_cast<long long>(verdict.lost), static_cast<long long>(verdict.doubled),
      static_cast<long long>(verdict.unwanted), static_cast<long long>(verdict.stuck),
      absl::FormatDuration(absl::Trunc(absl::Now() - begun, absl::Seconds(1))).c_str());
  return verdict.good() ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace
}  // namespace specrelay

int main(int argc, char** argv) { return specrelay::Main(argc, argv); }
