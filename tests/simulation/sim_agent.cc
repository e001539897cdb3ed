#include "tests/simulation/sim_agent.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/support/body_transfer.h"

namespace specrelay {
namespace {

// The watcher waits this long for a file to come to rest.
constexpr absl::Duration kLeastNotice = absl::Milliseconds(15);
constexpr absl::Duration kMostNotice = absl::Milliseconds(60);
constexpr int64_t kSmallAuditFileBytes = 4096;  // some ten lines

bool IsChange(absl::string_view operation) {
  return operation != "Read" && operation != "ReadFrom" && operation != "Stat" && operation != "List" &&
         operation != "Lock";
}

v1::Project ProjectOf(const std::string& project_id) {
  v1::Project project;
  project.set_project_id(project_id);
  project.set_name(project_id);
  project.set_path(absl::StrCat("/home/dev/", project_id));
  return project;
}

}  // namespace

class SimAgent::Connector final : public RelayConnector {
 public:
  Connector(SimRelay& relay, std::shared_ptr<SimProcess> process, SimDialect dialect)
      : relay_(relay), process_(std::move(process)), dialect_(dialect) {}

  absl::StatusOr<std::shared_ptr<RelayStream>> NewStream(absl::string_view api_key,
                                                         std::shared_ptr<RelayStreamHandler> handler) override {
    latest_ = relay_.Connect(process_, dialect_, std::move(handler));
    return std::shared_ptr<RelayStream>(latest_);
  }

  const std::shared_ptr<SimConnection>& latest() const { return latest_; }

 private:
  SimRelay& relay_;
  const std::shared_ptr<SimProcess> process_;
  const SimDialect dialect_;
  std::shared_ptr<SimConnection> latest_;
};

struct SimAgent::Life {
  Life(const World& world, std::shared_ptr<SimProcess> own_process)
      : process(std::move(own_process)),
        timers(process),
        runner(process, world.random),
        dialect(world.random.Pick<SimDialect>(AllDialects())),
        connector(world.relay, process, dialect),
        tree(world.disk) {}

  const std::shared_ptr<SimProcess> process;
  SimTimers timers;
  SimRunner runner;
  const SimDialect dialect;
  Connector connector;
  ObservedTree tree;
  std::unique_ptr<AgentParts> parts;
};

SimAgent::SimAgent(World world, std::string project_id, std::string name)
    : world_(world), project_id_(std::move(project_id)), name_(std::move(name)) {
  world_.disk.Watch([this](const std::string& path) { OnDiskChanged(path); });
}

SimAgent::~SimAgent() = default;

void SimAgent::Start() {
  if (current_ != nullptr) return;
  changes_to_live_ = 0;
  auto process = std::make_shared<SimProcess>(world_.loop);
  current_ = std::make_unique<Life>(world_, process);
  current_->tree.set_hook(
      [this, process](absl::string_view operation, absl::string_view) { return BeforeOperation(process, operation); });
  current_->parts = std::make_unique<AgentParts>(
      ProjectOf(project_id_), absl::StrCat("agent-of-", project_id_), absl::StrCat(name_, "-", ++starts_),
      AgentSurroundings{current_->tree, world_.clock, current_->timers, current_->runner, current_->connector,
                        world_.random.engine(), world_.machine,
                        SendsMessagesInParts(current_->dialect) ? world_.relay.max_whole_bytes() : kMaxWholeBytes,
                        kSmallAuditFileBytes});
  process->Post(absl::ZeroDuration(), [parts = current_->parts.get()] { parts->Start(); });
}

absl::Status SimAgent::BeforeOperation(const std::shared_ptr<SimProcess>& process, absl::string_view operation) {
  if (!process->dead() && IsChange(operation) && changes_to_live_ > 0 && --changes_to_live_ == 0) {
    // The stack below is the process's own, so that it is taken away later.
    process->Kill();
    world_.loop.After(absl::ZeroDuration(), [this, process] {
      if (current_ != nullptr && current_->process == process) Kill();
    });
  }
  return process->dead() ? absl::InternalError("the process is dead") : absl::OkStatus();
}

void SimAgent::Kill(absl::Duration away) {
  if (current_ == nullptr) return;
  current_->process->Kill();
  if (current_->connector.latest() != nullptr) current_->connector.latest()->OnAgentDeath();
  ended_.push_back(std::move(current_));
  world_.loop.After(away + world_.random.Between(absl::Milliseconds(200), absl::Seconds(4)), [this] { Start(); });
}

void SimAgent::Leave() {
  if (!running()) return;
  current_->parts->Stop();
  const auto process = current_->process;
  // It exits when the link has stopped, and after 10 s in any case.
  world_.loop.After(absl::Seconds(10), [this, process] {
    if (current_ != nullptr && current_->process == process) Kill();
  });
}

void SimAgent::Pause() {
  if (current_ != nullptr) current_->process->Pause();
}

void SimAgent::Resume() {
  if (current_ != nullptr) current_->process->Resume();
}

bool SimAgent::running() const { return current_ != nullptr && current_->process->running(); }

bool SimAgent::connected() const { return running() && current_->parts->link_state() == LinkState::kConnected; }

void SimAgent::MissChanges() {
  if (!running()) return;
  current_->process->Post(absl::ZeroDuration(), [parts = current_->parts.get()] { parts->OnMissed(); });
}

void SimAgent::OnDiskChanged(const std::string& path) {
  if (current_ == nullptr) return;
  current_->process->Post(world_.random.Between(kLeastNotice, kMostNotice),
                          [parts = current_->parts.get(), path] { parts->OnChanged(path); });
}

std::shared_ptr<SimConnection> SimAgent::connection() const {
  return current_ == nullptr ? nullptr : current_->connector.latest();
}

}  // namespace specrelay
