#include "tests/chaos/chaos_stage.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/clock.h"
#include "proto/support/status_macros.h"
#include "relay/key_admin.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

constexpr char kAgentBinary[] = "mcp_agent/specrelay_agent";
constexpr char kTasks[] = "# Tasks\n\n- [ ] 1. First\n- [ ] 2. Second\n";
constexpr absl::Duration kStep = absl::Milliseconds(10);
// An agent that came with a key before the server knew it tries again after a minute and a quarter.
constexpr absl::Duration kReturn = absl::Minutes(3);

int PortOf(const std::string& address) {
  int port = 0;
  static_cast<void>(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port));
  return port;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChaosStage>> ChaosStage::Start(uint32_t seed) {
  ASSIGN_OR_RETURN(std::unique_ptr<Cluster> cluster, Cluster::Start());
  std::unique_ptr<ChaosStage> stage(new ChaosStage(std::move(cluster), seed));
  fs::create_directories(stage->ProjectDir("p2"));
  stage->mounted_ =
      mount("tmpfs", stage->ProjectDir("p2").c_str(), "tmpfs", MS_NOSUID | MS_NODEV, "size=64m,mode=0700") == 0;
  for (const std::string& project : Projects()) {
    WriteFileOrDie(absl::StrCat(stage->TreeOf(project), "/specs/alpha/tasks.md"), kTasks);
  }
  const char* const served[] = {"p1", "p1", "p2"};
  for (size_t i = 0; i < stage->agents_.size(); ++i) {
    Agent& agent = stage->agents_[i];
    agent.project_id = served[i];
    ASSIGN_OR_RETURN(agent.proxy, TcpProxy::Start(PortOf(stage->cluster_->grpc_address())));
    RETURN_IF_ERROR(stage->StartAgent(agent));
  }
  RETURN_IF_ERROR(stage->Heal());
  return stage;
}

ChaosStage::ChaosStage(std::unique_ptr<Cluster> cluster, uint32_t seed) : cluster_(std::move(cluster)), random_(seed) {
  const auto keys = ListKeys(cluster_->keys_file());
  if (!keys.ok()) return;
  for (const KeyRecord& key : *keys) {
    if (key.principal.role == Role::kAgent) agent_key_id_ = key.principal.key_id;
  }
}

ChaosStage::~ChaosStage() {
  for (Agent& agent : agents_) agent.process.reset();
  if (mounted_) umount2(ProjectDir("p2").c_str(), MNT_DETACH);
}

std::string ChaosStage::ProjectDir(const std::string& project_id) const { return cluster_->Path(project_id); }

std::string ChaosStage::TreeOf(const std::string& project_id) const {
  return absl::StrCat(ProjectDir(project_id), "/.spec-context");
}

absl::Status ChaosStage::StartAgent(Agent& agent) {
  ASSIGN_OR_RETURN(
      agent.process,
      Subprocess::Start(
          {kAgentBinary, "--headless", absl::StrCat("--project=", ProjectDir(agent.project_id)),
           absl::StrCat("--project_id=", agent.project_id), absl::StrCat("--relay=127.0.0.1:", agent.proxy->port()),
           "--log_level=error", absl::StrCat("--api_key_file=", cluster_->Path("agent.key"))},
          {{"SPECRELAY_HOME", cluster_->Path("machine")}}));
  return agent.process->ReadLine(kPatience).status();
}

absl::Duration ChaosStage::SomeTime() {
  const int most_ms = random_() % 20 == 0 ? 14'000 : 1'500;
  return absl::Milliseconds(50 + static_cast<int>(random_() % static_cast<unsigned>(most_ms)));
}

void ChaosStage::Later(absl::Duration delay, std::function<void()> end) {
  ends_.emplace(absl::Now() + delay, std::move(end));
}

void ChaosStage::PassTime(absl::Duration time) {
  const absl::Time until = absl::Now() + time;
  do {
    while (!ends_.empty() && ends_.begin()->first <= absl::Now()) {
      const auto end = std::move(ends_.begin()->second);
      ends_.erase(ends_.begin());
      end();
    }
    absl::SleepFor(kStep);
  } while (absl::Now() < until);
}

absl::Status ChaosStage::Heal() {
  while (!ends_.empty()) PassTime(kStep);
  RETURN_IF_ERROR(cluster_->WaitForAgents("p1", 2, kReturn));
  return cluster_->WaitForAgents("p2", 1, kReturn);
}

std::string ChaosStage::Strike() {
  Agent& agent = agents_[random_() % agents_.size()];
  std::string kind;
  switch (random_() % 18) {
    case 0:
    case 1:
    case 2:
      kind = KillAgent(agent);
      break;
    case 3:
      kind = EndAgent(agent);
      break;
    case 4:
    case 5:
      kind = StopAgent(agent);
      break;
    case 6:
    case 7:
      kind = CutConnection(agent);
      break;
    case 8:
      kind = DelayConnection(agent);
      break;
    case 9:
      kind = SilenceConnection(agent);
      break;
    case 10:
      kind = KillServer();
      break;
    case 11:
      kind = DrainServer();
      break;
    case 12:
      kind = StopServer();
      break;
    case 13:
      kind = FillDisk();
      break;
    case 14:
      kind = RotateKey();
      break;
    case 15:
    case 16:
      kind = TakeAway(agent.project_id);
      break;
    default:
      kind = ReplaceFile();
      break;
  }
  ++faults_[kind];
  return kind;
}

// --- Agents ---------------------------------------------------------------------------------------------------------

std::string ChaosStage::KillAgent(Agent& agent) {
  agent.process->Signal(SIGKILL);
  static_cast<void>(agent.process->Wait(kPatience));
  StartAgent(agent).IgnoreError();
  return "agent killed";
}

std::string ChaosStage::EndAgent(Agent& agent) {
  agent.process->Signal(SIGCONT);
  agent.process->Signal(SIGTERM);
  static_cast<void>(agent.process->Wait(kPatience));
  StartAgent(agent).IgnoreError();
  return "agent ended";
}

std::string ChaosStage::StopAgent(Agent& agent) {
  agent.process->Signal(SIGSTOP);
  Later(SomeTime(), [&agent] { agent.process->Signal(SIGCONT); });
  return "agent stopped for a while";
}

std::string ChaosStage::TakeAway(const std::string& project_id) {
  const absl::Duration time = SomeTime();
  for (Agent& agent : agents_) {
    if (agent.project_id != project_id) continue;
    agent.process->Signal(SIGKILL);
    static_cast<void>(agent.process->Wait(kPatience));
    Later(time, [this, &agent] { StartAgent(agent).IgnoreError(); });
  }
  return "all agents of a project away for a while";
}

// --- Connections ----------------------------------------------------------------------------------------------------

std::string ChaosStage::CutConnection(Agent& agent) {
  agent.proxy->Cut();
  return "connection cut";
}

std::string ChaosStage::DelayConnection(Agent& agent) {
  agent.proxy->SetDelay(absl::Milliseconds(random_() % 300));
  Later(SomeTime(), [&agent] { agent.proxy->SetDelay(absl::ZeroDuration()); });
  return "connection delayed for a while";
}

std::string ChaosStage::SilenceConnection(Agent& agent) {
  agent.proxy->SetSilent(true);
  Later(SomeTime(), [&agent, cut = random_() % 2 == 0] {
    agent.proxy->SetSilent(false);
    if (cut) agent.proxy->Cut();
  });
  return "connection half open for a while";
}

// --- The server -----------------------------------------------------------------------------------------------------

std::string ChaosStage::KillServer() {
  cluster_->KillServer().IgnoreError();
  cluster_->StartServer().IgnoreError();
  return "server killed";
}

std::string ChaosStage::DrainServer() {
  cluster_->server().Signal(SIGCONT);
  cluster_->server().Signal(SIGTERM);
  static_cast<void>(cluster_->server().Wait(kPatience));
  cluster_->StartServer().IgnoreError();
  return "server drained";
}

std::string ChaosStage::StopServer() {
  cluster_->server().Signal(SIGSTOP);
  Later(SomeTime(), [this] { cluster_->server().Signal(SIGCONT); });
  return "server stopped for a while";
}

// --- Files ----------------------------------------------------------------------------------------------------------

std::string ChaosStage::FillDisk() {
  if (!mounted_) return "disk not filled: no mount is allowed here";
  const std::string ballast = absl::StrCat(ProjectDir("p2"), "/ballast");
  std::error_code ignored;
  const auto space = fs::space(ProjectDir("p2"), ignored);
  if (!fs::exists(ballast)) {
    const int fd = open(ballast.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    static_cast<void>(posix_fallocate(fd, 0, static_cast<off_t>(space.available)));
    close(fd);
  }
  Later(SomeTime(), [ballast] {
    std::error_code gone;
    fs::remove(ballast, gone);
  });
  return "disk full for a while";
}

std::string ChaosStage::RotateKey() {
  KeySpec spec;
  spec.name = "agent";
  spec.account = "acme";
  spec.role = Role::kAgent;
  const SystemClock clock;
  const auto created = CreateKey(cluster_->keys_file(), spec, clock);
  if (!created.ok()) return "key not rotated";
  const std::string path = cluster_->Path("agent.key");
  WriteFileOrDie(path + ".new", created->key);
  fs::permissions(path + ".new", fs::perms::owner_read | fs::perms::owner_write);
  fs::rename(path + ".new", path);
  static_cast<void>(RevokeKeyById(cluster_->keys_file(), agent_key_id_, clock));
  agent_key_id_ = created->record.principal.key_id;
  return "key revoked and replaced";
}

std::string ChaosStage::ReplaceFile() {
  const std::string path = absl::StrCat(TreeOf("p1"), "/specs/alpha/tasks.md");
  WriteFileOrDie(path + ".new", absl::StrCat(kTasks, "<!-- ", ++edits_, " -->\n"));
  fs::rename(path + ".new", path);
  return "file replaced by an editor";
}

}  // namespace specrelay
