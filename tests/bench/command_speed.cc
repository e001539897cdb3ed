#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"
#include "tests/bench/execute_load.h"
#include "tests/bench/nats_client.h"
#include "tests/bench/ping_pong_client.h"
#include "tests/bench/reference.h"
#include "tests/bench/rounds.h"
#include "tests/bench/statistics.h"
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr char kProject[] = "p1";
constexpr size_t kFileBytes = 128;
constexpr int kManyInFlight = 64;

absl::StatusOr<double> MedianLatency(const absl::StatusOr<LoadResult>& result) {
  RETURN_IF_ERROR(result.status());
  return Median(result->latencies_us);
}

absl::StatusOr<double> Rate(const absl::StatusOr<LoadResult>& result) {
  RETURN_IF_ERROR(result.status());
  return result->PerSecond();
}

v1::ExecuteRequest ReadSmallFile() {
  v1::ExecuteRequest request;
  request.set_project_id(kProject);
  request.mutable_command()->mutable_file_read()->set_path("small.md");
  return request;
}

void AddRawGrpc(const Reference& grpc, absl::Duration time, Rounds& rounds) {
  const std::vector<WatchedProcess> processes = {{"server", grpc.pid()}};
  rounds.Add({"grpc.p50", "raw gRPC ping-pong, 1 in flight, p50", "µs"}, processes,
             [&grpc, time] { return MedianLatency(PlayPingPong(grpc.address(), 1, kFileBytes, time)); });
  rounds.Add({"grpc.rate", "raw gRPC ping-pong, 64 in flight", "/s"}, processes,
             [&grpc, time] { return Rate(PlayPingPong(grpc.address(), kManyInFlight, kFileBytes, time)); });
  rounds.Add({"unary.p50", "raw gRPC unary call, 1 in flight, p50", "µs"}, processes,
             [&grpc, time] { return MedianLatency(ServePingPong(grpc.address(), 1, kFileBytes, time)); });
  rounds.Add({"unary.rate", "raw gRPC unary call, 64 in flight", "/s"}, processes,
             [&grpc, time] { return Rate(ServePingPong(grpc.address(), kManyInFlight, kFileBytes, time)); });
}

void AddNats(const Reference& nats, absl::Duration time, Rounds& rounds) {
  const std::vector<WatchedProcess> processes = {{"nats-server", nats.broker_pid()}, {"responder", nats.pid()}};
  rounds.Add({"nats.p50", "NATS request-reply, 1 in flight, p50", "µs"}, processes,
             [&nats, time] { return MedianLatency(RequestByNats(nats.address(), 1, kFileBytes, time)); });
  rounds.Add({"nats.rate", "NATS request-reply, 64 in flight", "/s"}, processes,
             [&nats, time] { return Rate(RequestByNats(nats.address(), kManyInFlight, kFileBytes, time)); });
}

void AddExecute(Cluster& cluster, const Subprocess& agent, Client& client, absl::Duration time, Rounds& rounds) {
  const std::vector<WatchedProcess> processes = {{"server", cluster.server().pid()}, {"agent", agent.pid()}};
  Figure latency{"execute.p50", "Execute of a 128-byte file-read, 1 in flight, p50", "µs"};
  latency.comparisons = {{"grpc.p50", Aim::AtMost(3.5)}, {"unary.p50", {}}, {"nats.p50", {}}};
  rounds.Add(std::move(latency), processes,
             [&client, time] { return MedianLatency(RunExecuteLoad(client, ReadSmallFile(), 1, time)); });
  Figure rate{"execute.rate", "Execute of a 128-byte file-read, 64 in flight", "/s"};
  rate.comparisons = {{"grpc.rate", Aim::AtLeast(0.25)}, {"nats.rate", Aim::AtLeast(1)}, {"unary.rate", {}}};
  rounds.Add(std::move(rate), processes,
             [&client, time] { return Rate(RunExecuteLoad(client, ReadSmallFile(), kManyInFlight, time)); });
}

}  // namespace

absl::Status MeasureCommands(const BenchOptions& options, Report& report) {
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
  WriteFileOrDie(cluster->Path("project/.spec-context/small.md"), std::string(kFileBytes, 'b'));
  ASSIGN_OR_RETURN(const Subprocess* agent, cluster->StartAgent(cluster->Path("project"), kProject));
  ASSIGN_OR_RETURN(const auto grpc, Reference::Start("grpc"));
  ASSIGN_OR_RETURN(const auto nats, Reference::StartNats(cluster->Path("")));
  Client client = cluster->User();
  Rounds rounds(options.rows);
  AddRawGrpc(*grpc, options.round_time, rounds);
  AddNats(*nats, options.round_time, rounds);
  AddExecute(*cluster, *agent, client, options.round_time, rounds);
  return rounds.Run(options.rounds, report);
}

}  // namespace specrelay
