#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/status_macros.h"
#include "tests/bench/event_clients.h"
#include "tests/bench/rounds.h"
#include "tests/bench/statistics.h"
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr char kProject[] = "p1";
constexpr int kEventsPerSecond = 20;
constexpr double kMaxMegabytes = 400;
constexpr int kMinEvents = 2;

// Makes new documents at a steady pace.
class Editor {
 public:
  Editor(const Cluster& cluster, MarkedEvents& events)
      : events_(events),
        draft_(cluster.Path("draft")),
        tree_(absl::StrCat(cluster.Path("project"), "/.spec-context/")) {
    std::filesystem::create_directories(tree_ + "specs/load");
  }

  void Edit(int count) {
    auto due = std::chrono::steady_clock::now();
    for (int i = 0; i < count; ++i) {
      WriteFileOrDie(draft_, absl::StrCat("edit ", number_));
      // Before the rename, of which clients may hear before it returns.
      const std::string name = events_.Mark(number_++);
      std::filesystem::rename(draft_, absl::StrCat(tree_, name, ".md"));
      due += std::chrono::milliseconds(1000 / kEventsPerSecond);
      std::this_thread::sleep_until(due);
    }
  }

 private:
  MarkedEvents& events_;
  const std::string draft_;
  const std::string tree_;
  int number_ = 0;
};

}  // namespace

absl::Status MeasureFanOut(const BenchOptions& options, Report& report) {
  const int streams = options.event_clients;
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start({absl::StrCat("--http_max_streams=", streams),
                                                       // They come all at once.
                                                       absl::StrCat("--http_max_connections=", streams)}));
  const int events_per_round =
      std::max(kMinEvents, static_cast<int>(absl::ToDoubleSeconds(3 * options.round_time) * kEventsPerSecond));
  MarkedEvents events("specs/load/edit-", events_per_round * (options.rounds + 1));
  Editor editor(*cluster, events);
  ASSIGN_OR_RETURN(const Subprocess* agent, cluster->StartAgent(cluster->Path("project"), kProject));
  RETURN_IF_ERROR(cluster->User().Execute(kProject, R"({"specList":{}})").status());
  EventClients clients(events);
  for (int i = 0; i < streams; ++i) {
    RETURN_IF_ERROR(clients.Open(cluster->http_address(), cluster->KeyFor(Role::kUser), ""));
  }
  RETURN_IF_ERROR(clients.AwaitGreetings());

  Figure memory{"fanout.memory", absl::StrCat("server memory with ", streams, " event streams"), "MB",
                Aim::AtMost(kMaxMegabytes)};
  const auto round = [&]() -> absl::StatusOr<double> {
    std::thread edits([&] { editor.Edit(events_per_round); });
    const absl::Status all = clients.AwaitMarks(int64_t{events_per_round} * streams);
    edits.join();
    RETURN_IF_ERROR(all);
    ASSIGN_OR_RETURN(const int64_t bytes, cluster->server().ResidentBytes());
    memory.rounds.push_back(static_cast<double>(bytes) / 1e6);
    return Percentile(clients.TakeLatenciesMs(), 0.99);
  };
  Rounds rounds;
  rounds.Add({"fanout.p99", absl::StrCat("edit on disk to ", streams, " event streams, 20 edits/s, p99"), "ms",
              Aim::AtMost(150)},
             {{"server", cluster->server().pid()}, {"agent", agent->pid()}}, round);
  RETURN_IF_ERROR(rounds.Run(options.rounds, report));
  report.Add(std::move(memory));
  return absl::OkStatus();
}

}  // namespace specrelay
