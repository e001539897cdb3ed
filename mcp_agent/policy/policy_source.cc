#include "mcp_agent/policy/policy_source.h"

#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_join.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

// Two changes within one tick of the file system's clock leave the same times behind, so that only a file that has been
// left alone for a while can be known by them.
constexpr absl::Duration kSettled = absl::Seconds(1);

bool IsSame(const FileStat& a, const FileStat& b) {
  return a.is_directory == b.is_directory && a.device == b.device && a.inode == b.inode &&
         a.size_bytes == b.size_bytes && a.last_modified == b.last_modified && a.changed == b.changed;
}

PolicyLayer EmptyLayer(const PolicyLayer& like) {
  PolicyLayer layer;
  layer.origin = like.origin;
  layer.only_restricts = like.only_restricts;
  return layer;
}

void Report(const PolicyLayer& layer, const std::vector<std::string>& warnings) {
  if (!layer.damage.empty()) {
    Log(LogLevel::kError, "policy is damaged",
        {{"file", layer.origin},
         {"fault", layer.damage},
         {"what_to_do", "repair or remove it; until then the agent only reads"}});
    return;
  }
  Log(LogLevel::kInfo, "policy was read", {{"file", layer.origin}});
  if (!warnings.empty()) {
    Log(LogLevel::kWarning, "policy may have typing errors",
        {{"file", layer.origin}, {"warnings", absl::StrJoin(warnings, "; ")}});
  }
}

}  // namespace

PolicySource::PolicySource(const v1::AgentPolicy& command_line, const Tree* machine, const Tree& project,
                           const Clock& clock)
    : command_line_(LayerOf("the command line", command_line)), clock_(clock) {
  const absl::Time now = clock_.Now();
  absl::MutexLock lock(&mu_);
  files_.machine.tree = machine;
  files_.machine.layer.origin = "agent.json of the machine";
  files_.project.tree = &project;
  files_.project.layer.origin = "agent.json of the project";
  files_.project.layer.only_restricts = true;
  Refresh(files_.machine, now);
  Refresh(files_.project, now);
  checked_at_ = now;
  current_ = Combine(files_);
}

std::shared_ptr<const EnforcedPolicy> PolicySource::Current() {
  const absl::Time now = clock_.Now();
  Files files;
  {
    absl::MutexLock lock(&mu_);
    // A clock that was set back must not keep a policy in force for as long as that.
    const bool is_fresh = now >= checked_at_ && now - checked_at_ < kCheckInterval;
    if (is_fresh || checking_) return current_;
    checking_ = true;
    checked_at_ = now;
    files = files_;
  }
  // Whatever happens: without it no thread would ever look again.
  const absl::Cleanup done = [this] {
    absl::MutexLock lock(&mu_);
    checking_ = false;
  };
  const bool machine_changed = Refresh(files.machine, now);
  const bool project_changed = Refresh(files.project, now);
  std::shared_ptr<const EnforcedPolicy> combined;
  if (machine_changed || project_changed) combined = Combine(files);
  absl::MutexLock lock(&mu_);
  files_ = std::move(files);
  if (combined != nullptr) current_ = std::move(combined);
  return current_;
}

void PolicySource::OnFileChanged() {
  absl::MutexLock lock(&mu_);
  checked_at_ = absl::InfinitePast();
}

bool PolicySource::Refresh(File& file, absl::Time now) {
  if (file.tree == nullptr) return false;
  const absl::StatusOr<FileStat> stat = file.tree->Stat(kPolicyFile);
  if (stat.ok() && file.stat.has_value() && IsSame(*stat, *file.stat)) return false;
  file.stat.reset();
  if (absl::IsNotFound(stat.status())) {
    const bool is_new = Replace(file, EmptyLayer(file.layer));
    if (is_new) Log(LogLevel::kInfo, "policy was removed", {{"file", file.layer.origin}});
    return is_new;
  }
  const absl::StatusOr<FileContent> content = file.tree->Read(kPolicyFile, kMaxPolicyFileBytes);
  if (!content.ok()) {
    PolicyLayer layer = EmptyLayer(file.layer);
    layer.damage = std::string(content.status().message());
    const bool is_new = Replace(file, std::move(layer));
    if (is_new) Report(file.layer, {});
    return is_new;
  }
  if (now - content->stat.changed > kSettled) file.stat = content->stat;
  if (content->hash == file.hash) return false;
  file.hash = content->hash;
  std::vector<std::string> warnings;
  file.layer = ParsePolicyLayer(EmptyLayer(file.layer), content->bytes, warnings);
  Report(file.layer, warnings);
  return true;
}

bool PolicySource::Replace(File& file, PolicyLayer layer) {
  // Of two layers that no content made, the fault is all that can differ.
  const bool is_new = !file.hash.empty() || layer.damage != file.layer.damage;
  file.hash.clear();
  file.layer = std::move(layer);
  return is_new;
}

std::shared_ptr<const EnforcedPolicy> PolicySource::Combine(const Files& files) const {
  return std::make_shared<const EnforcedPolicy>(
      std::vector<PolicyLayer>{command_line_, files.machine.layer, files.project.layer});
}

}  // namespace specrelay
