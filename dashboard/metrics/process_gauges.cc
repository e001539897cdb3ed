#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/time/clock.h"
#include "dashboard/metrics/server_metrics.h"
#include "proto/support/version.h"

namespace specrelay {
namespace {

double ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t size_pages = 0;
  int64_t resident_pages = 0;
  statm >> size_pages >> resident_pages;
  return static_cast<double>(resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double OpenDescriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator descriptors("/proc/self/fd", error);
  if (error) return 0;
  return static_cast<double>(std::distance(begin(descriptors), end(descriptors))) - 1;  // but the directory itself
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const absl::Duration used = absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
  return absl::ToDoubleSeconds(used);
}

double MaxDescriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

void AddProcessGauges(MetricRegistry& registry) {
  registry.AddGauges({"specrelay_build_info", "1, with the version of the server.", {"version"}}, [] {
    return std::vector<Sample>{{{std::string(kVersion)}, 1}};
  });
  registry.AddGauge({"process_resident_memory_bytes", "Resident memory.", {}}, ResidentBytes);
  registry.AddReadCounter({"process_cpu_seconds_total", "User and system time.", {}}, CpuSeconds);
  registry.AddGauge({"process_open_fds", "Open file descriptors.", {}}, OpenDescriptors);
  registry.AddGauge({"process_max_fds", "File descriptors that may be open.", {}}, MaxDescriptors);
  const double started = absl::ToDoubleSeconds(absl::Now() - absl::UnixEpoch());
  registry.AddGauge({"process_start_time_seconds", "When the server began, in seconds since 1970.", {}},
                    [started] { return started; });
}

}  // namespace specrelay
