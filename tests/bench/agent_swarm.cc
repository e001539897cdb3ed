#include "tests/bench/agent_swarm.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "mcp_agent/link/grpc_relay_stream.h"
#include "proto/support/command_catalog.h"
#include "proto/support/version.h"

namespace specrelay {
namespace {

constexpr absl::Duration kGoodbye = absl::Seconds(30);

v1::CommandOutcome Applied(const v1::CommandDelivery& delivery) {
  v1::CommandOutcome outcome;
  outcome.set_request_id(delivery.request_id());
  outcome.set_state(v1::COMMAND_STATE_APPLIED);
  v1::CommandResult& result = *outcome.mutable_result();
  if (const CommandInfo* const command = FindCommand(delivery.command())) {
    result.GetReflection()->MutableMessage(&result, command->result_field);
  }
  return outcome;
}

v1::Register Registration(int number) {
  v1::Register registration;
  registration.set_agent_id(absl::StrCat("agent-", number));
  registration.set_instance_uid(absl::StrCat("instance-", number));
  registration.mutable_machine()->set_machine_id(absl::StrCat("machine-", number));
  registration.mutable_project()->set_project_id(AgentSwarm::ProjectOf(number));
  registration.mutable_project()->set_name(AgentSwarm::ProjectOf(number));
  registration.mutable_project()->set_path(absl::StrCat("/home/dev/projects/", AgentSwarm::ProjectOf(number)));
  for (const char* capability : {"command-cancel", "drain", "events", "tree-state"}) {
    registration.add_capabilities(capability);
  }
  registration.set_protocol_version(kProtocolVersion);
  registration.set_agent_version(kVersion);
  return registration;
}

}  // namespace

// Streams on one connection.
class AgentSwarm::Connector final : public RelayConnector {
 public:
  Connector(const std::string& address, Timers& timers) : timers_(timers) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 100);
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  }

  absl::StatusOr<std::shared_ptr<RelayStream>> NewStream(absl::string_view api_key,
                                                         std::shared_ptr<RelayStreamHandler> handler) override {
    return NewGrpcRelayStream(channel_, api_key, std::move(handler), timers_);
  }

 private:
  Timers& timers_;
  std::shared_ptr<grpc::Channel> channel_;
};

struct AgentSwarm::Agent {
  std::mt19937_64 random;
  bool connected = false;  // guarded by the swarm's mutex
  std::shared_ptr<RelayLink> link;
};

AgentSwarm::AgentSwarm(SwarmOptions options) : options_(std::move(options)) {
  for (int i = 0; i < options_.connections; ++i) {
    connectors_.push_back(std::make_unique<Connector>(options_.address, timers_));
  }
  for (int i = 0; i < options_.agents; ++i) agents_.push_back(MakeAgent(i));
  for (const auto& agent : agents_) agent->link->Start();
}

AgentSwarm::~AgentSwarm() {
  for (const auto& agent : agents_) agent->link->Stop("the measurement is over");
  const absl::Time deadline = absl::Now() + kGoodbye;
  for (const auto& agent : agents_) agent->link->WaitStopped(deadline - absl::Now());
  workers_.Drain(absl::InfiniteDuration());
}

std::unique_ptr<AgentSwarm::Agent> AgentSwarm::MakeAgent(int number) {
  auto agent = std::make_unique<Agent>();
  agent->random.seed(seeds_());
  const auto index = static_cast<size_t>(number);
  RelayLinkOptions link_options;
  link_options.registration = Registration(number);
  // Rounds follow each other within seconds; each is to find agents that had been connected for long.
  link_options.backoff.stable_after = absl::Seconds(1);
  RelayLinkDependencies dependencies{
      connectors_[index % connectors_.size()].get(),
      &timers_,
      &workers_,
      [key = options_.keys[index % options_.keys.size()]] { return key; },
      [](const v1::CommandDelivery& delivery, absl::AnyInvocable<void(v1::CommandOutcome)> receive) {
        receive(Applied(delivery));
      },
      [](const std::vector<std::string>&, const absl::Status&) {},
      [this](std::function<void(std::vector<v1::FileState>)> receive) {
        workers_.SubmitUrgent([receive = std::move(receive)] { receive({}); });
        return absl::OkStatus();
      },
      agent->random,
      [this, self = agent.get()](LinkState state, absl::string_view) { OnState(*self, state); },
  };
  agent->link = std::make_shared<RelayLink>(std::move(link_options), std::move(dependencies));
  return agent;
}

void AgentSwarm::OnState(Agent& agent, LinkState state) {
  absl::MutexLock lock(&mu_);
  const bool connected = state == LinkState::kConnected;
  if (connected != std::exchange(agent.connected, connected)) connected_ += connected ? 1 : -1;
}

absl::Status AgentSwarm::WaitFor(int connected, absl::Duration timeout) const {
  const auto reached = [this, connected] {
    mu_.AssertReaderHeld();
    return connected_ == connected;
  };
  absl::MutexLock lock(&mu_);
  if (mu_.AwaitWithTimeout(absl::Condition(&reached), timeout)) return absl::OkStatus();
  return absl::DeadlineExceededError(absl::StrCat(connected_, " of ", options_.agents, " agents are connected"));
}

absl::Status AgentSwarm::WaitConnected(absl::Duration timeout) const { return WaitFor(options_.agents, timeout); }

absl::Status AgentSwarm::WaitDisconnected(absl::Duration timeout) const { return WaitFor(0, timeout); }

void AgentSwarm::ReportProgress(int agent, v1::JobProgress report) {
  agents_[static_cast<size_t>(agent)]->link->ReportProgress(std::move(report));
}

std::string AgentSwarm::ProjectOf(int agent) { return absl::StrFormat("swarm-%05d", agent); }

}  // namespace specrelay
