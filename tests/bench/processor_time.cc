#include "tests/bench/processor_time.h"

#include <unistd.h>

#include <cstdint>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"

namespace specrelay {
namespace {

// In /proc/PID/stat, counted from the state that follows the name in parentheses.
constexpr size_t kUserTicks = 11;
constexpr size_t kSystemTicks = 12;

// Of all threads, those that have ended included. Nothing for a process that is gone.
absl::Duration UsedBy(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos) return absl::ZeroDuration();
  const std::vector<absl::string_view> fields = absl::StrSplit(absl::string_view(text).substr(name_end + 2), ' ');
  int64_t user = 0;
  int64_t system = 0;
  if (fields.size() <= kSystemTicks || !absl::SimpleAtoi(fields[kUserTicks], &user) ||
      !absl::SimpleAtoi(fields[kSystemTicks], &system)) {
    return absl::ZeroDuration();
  }
  return absl::Seconds(1) * (user + system) / sysconf(_SC_CLK_TCK);
}

}  // namespace

ProcessorTime::ProcessorTime(std::vector<WatchedProcess> processes) : processes_(std::move(processes)) {
  processes_.push_back({"client", getpid()});
  used_.resize(processes_.size());
}

void ProcessorTime::Begin() {
  begun_with_.clear();
  for (const WatchedProcess& process : processes_) begun_with_.push_back(UsedBy(process.pid));
  begun_ = absl::Now();
}

void ProcessorTime::End() {
  passed_ += absl::Now() - begun_;
  for (size_t i = 0; i < processes_.size(); ++i) used_[i] += UsedBy(processes_[i].pid) - begun_with_[i];
}

std::map<std::string, double> ProcessorTime::Cores() const {
  std::map<std::string, double> cores;
  for (size_t i = 0; i < processes_.size(); ++i) cores[processes_[i].name] = absl::FDivDuration(used_[i], passed_);
  return cores;
}

}  // namespace specrelay
