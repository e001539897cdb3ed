// The policy in force now, from the command line and the two files agent.json, which may change at any time.
#ifndef SPECRELAY_MCP_AGENT_POLICY_POLICY_SOURCE_H_
#define SPECRELAY_MCP_AGENT_POLICY_POLICY_SOURCE_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/policy/policy_layer.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/project.pb.h"

namespace specrelay {

// Name of the policy's file, in the machine's directory and in the project's tree.
constexpr char kPolicyFile[] = "agent.json";
// Largest such file; a larger one counts as damaged.
constexpr int64_t kMaxPolicyFileBytes = int64_t{64} << 10;

// A file that is there and cannot be read or understood fails closed (policy_layer.h) and says so in the log and in
// each refusal. Thread-safe.
class PolicySource {
 public:
  static constexpr absl::Duration kCheckInterval = absl::Milliseconds(100);

  // Reads both files. `command_line`: what the agent was started with. `machine`: the machine's directory; nullptr when
  // there is none. All referents must outlive this.
  PolicySource(const v1::AgentPolicy& command_line, const Tree* machine, const Tree& project, const Clock& clock);
  PolicySource(const PolicySource&) = delete;
  PolicySource& operator=(const PolicySource&) = delete;

  // The policy in force; never null, and the same object for as long as nothing changes. Looks at the files at most
  // once in kCheckInterval, for which it blocks on one stat each, and reads what has changed. A thread that comes while
  // another looks gets the policy from before.
  std::shared_ptr<const EnforcedPolicy> Current();

  // Makes the next Current() look at the files, however short the time since the last look: they have been changed.
  void OnFileChanged() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // One file as it was last read.
  struct File {
    const Tree* tree = nullptr;
    PolicyLayer layer;
    absl::optional<FileStat> stat;  // nullopt: not there, or to be read again in any case
    std::string hash;               // of its content
  };
  struct Files {
    File machine;
    File project;
  };

  // Brings `file` up to date; whether its layer has changed.
  static bool Refresh(File& file, absl::Time now);
  // Puts a layer in its place that is not made from the file's content.
  static bool Replace(File& file, PolicyLayer layer);
  std::shared_ptr<const EnforcedPolicy> Combine(const Files& files) const;

  // Constant after construction.
  const PolicyLayer command_line_;
  const Clock& clock_;

  absl::Mutex mu_;
  std::shared_ptr<const EnforcedPolicy> current_ ABSL_GUARDED_BY(mu_);
  absl::Time checked_at_ ABSL_GUARDED_BY(mu_);
  // Whether a thread looks at the files right now; it works on a copy, without the lock.
  bool checking_ ABSL_GUARDED_BY(mu_) = false;
  Files files_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_POLICY_POLICY_SOURCE_H_
