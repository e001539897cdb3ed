#include "tests/support/linear_growth.h"

#include <time.h>

#include <algorithm>
#include <cstdio>

namespace specrelay {
namespace {

constexpr size_t kSmallBytes = 65'536;
constexpr size_t kFactor = 8;
// Linear work is at 8, quadratic work at 64; caches and the allocator account for some of the room.
constexpr double kMaxRatio = 24;

double ThreadCpuSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::string Repeat(const std::string& head, const std::string& unit, const std::string& tail, size_t bytes) {
  std::string text = head;
  text.reserve(head.size() + bytes + unit.size() + tail.size());
  while (text.size() < head.size() + bytes) text += unit;
  return text + tail;
}

// The least of a few runs, which is the one least disturbed.
double SecondsFor(const std::string& input, absl::FunctionRef<void(const std::string&)> work) {
  double least = 1e9;
  for (int i = 0; i < 2; ++i) {
    const double start = ThreadCpuSeconds();
    work(input);
    least = std::min(least, ThreadCpuSeconds() - start);
  }
  return least;
}

}  // namespace

testing::AssertionResult GrowsLinearly(const std::string& name, const std::string& head, const std::string& unit,
                                       const std::string& tail, absl::FunctionRef<void(const std::string&)> work) {
  const std::string small = Repeat(head, unit, tail, kSmallBytes);
  const std::string large = Repeat(head, unit, tail, kSmallBytes * kFactor);
  double ratio = 0;
  for (int attempt = 0; attempt < 3; ++attempt) {
    const double small_seconds = std::max(SecondsFor(small, work), 1e-6);
    const double large_seconds = SecondsFor(large, work);
    ratio = large_seconds / small_seconds;
    std::printf("%-40s %8.2f ms for 512 KiB, %5.1f times that of an eighth\n", name.c_str(), large_seconds * 1e3,
                ratio);
    if (ratio < kMaxRatio) return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << name << ": " << kFactor << " times the input took " << ratio
                                     << " times as long";
}

}  // namespace specrelay
