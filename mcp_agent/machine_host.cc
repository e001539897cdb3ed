#include "mcp_agent/machine_host.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "mcp_agent/machine_directory.h"
#include "mcp_agent/policy/policy_source.h"
#include "mcp_agent/tree/local_file_system.h"
#include "mcp_agent/tree/posix_tree.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// Beside the tree's own files, where no listing shows them.
constexpr char kLockDirectory[] = "/.specrelay/runs";

// What a cleanup works with in one project.
struct CleanupProject {
  std::unique_ptr<Tree> tree;
  std::unique_ptr<Ledger> ledger;
};

}  // namespace

absl::StatusOr<std::unique_ptr<MachineHost>> MachineHost::Open(MachineHostOptions options, const Clock& clock,
                                                               Timers& timers) {
  ASSIGN_OR_RETURN(std::unique_ptr<Tree> directory, OpenMachineDirectory(options.directory));
  auto host = absl::WrapUnique(new MachineHost(std::move(directory), options, clock, timers));
  // What fails here is no reason not to serve projects; each job command says what is wrong.
  host->recovery_.Start();
  host->store_.ReportDamage();
  if (const absl::Status recorded = host->runner_.RecordInterrupted(); !recorded.ok()) {
    Log(LogLevel::kWarning, "interrupted runs not recorded", {{"reason", std::string(recorded.message())}});
  }
  return host;
}

MachineHost::MachineHost(std::unique_ptr<Tree> directory, const MachineHostOptions& options, const Clock& clock,
                         Timers& timers)
    : clock_(clock),
      directory_(std::move(directory)),
      on_local_file_system_(IsOnLocalFileSystem(options.directory)),
      ledger_(*directory_, clock),
      store_(*directory_, clock, options.zone),
      history_(*directory_),
      registry_(*directory_, ledger_, clock),
      locks_(options.directory + kLockDirectory),
      cleanup_(
          registry_, [this](absl::string_view path) { return OpenForCleanup(path); }, clock),
      agent_(*directory_, registry_, clock),
      work_(cleanup_, agent_),
      recovery_(ledger_, options.directory, timers, tasks_),
      runner_(JobRunnerParts{*directory_, ledger_, store_, locks_, work_, clock,
                             [this](const v1::JobProgress& progress) { Report(progress); }}),
      scheduler_(JobSchedulerParts{ledger_, store_, locks_, clock, timers, tasks_, options.zone,
                                   [this](absl::string_view job_id, absl::string_view request_id) {
                                     runner_.Run(job_id, request_id, [](const absl::StatusOr<v1::JobRunResponse>&) {});
                                   }}),
      commands_(ledger_, store_, history_, runner_, [this] { scheduler_.LookNow(); }) {}

MachineHost::~MachineHost() { Stop(); }

void MachineHost::Start() { scheduler_.Start(); }

void MachineHost::Stop() {
  scheduler_.Stop();
  runner_.Stop();
}

void MachineHost::NoteServed(absl::string_view path) {
  if (const absl::Status noted = registry_.Touch(path); !noted.ok()) {
    Log(LogLevel::kWarning, "jobs will not find this project",
        {{"project", std::string(path)}, {"reason", std::string(noted.message())}});
  }
}

absl::StatusOr<OpenProject> MachineHost::OpenForCleanup(absl::string_view path) const {
  auto project = std::make_shared<CleanupProject>();
  ASSIGN_OR_RETURN(project->tree, PosixTree::Open(path));
  project->ledger = std::make_unique<Ledger>(*project->tree, clock_);
  PolicySource policy(v1::AgentPolicy(), directory_.get(), *project->tree, clock_);
  OpenProject open;
  open.tree = project->tree.get();
  open.ledger = project->ledger.get();
  open.read_only = policy.Current()->in_force().read_only();
  open.owner = std::move(project);
  return open;
}

void MachineHost::Report(const v1::JobProgress& progress) {
  absl::MutexLock lock(&mu_);
  for (const ProgressSubscription* subscription : subscriptions_) subscription->sink_(progress);
}

MachineHost::ProgressSubscription::ProgressSubscription(MachineHost& host,
                                                        std::function<void(const v1::JobProgress&)> sink)
    : host_(host), sink_(std::move(sink)) {
  absl::MutexLock lock(&host_.mu_);
  host_.subscriptions_.push_back(this);
}

MachineHost::ProgressSubscription::~ProgressSubscription() {
  absl::MutexLock lock(&host_.mu_);
  auto& all = host_.subscriptions_;
  all.erase(std::remove(all.begin(), all.end(), this), all.end());
}

}  // namespace specrelay
