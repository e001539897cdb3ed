#include "mcp_agent/approvals/damage_log.h"

#include <cstddef>

#include "absl/strings/str_cat.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

constexpr size_t kMaxKnown = 1024;

}  // namespace

void DamageLog::Report(absl::string_view path, const absl::Status& why) {
  {
    absl::MutexLock lock(&mu_);
    if (known_.size() >= kMaxKnown) known_.clear();
    if (!known_.insert(absl::StrCat(path, "\n", why.message())).second) return;
    ++reported_;
  }
  Log(LogLevel::kWarning, "file left out", {{"path", std::string(path)}, {"reason", std::string(why.message())}});
}

int DamageLog::reported() const {
  absl::MutexLock lock(&mu_);
  return reported_;
}

}  // namespace specrelay
