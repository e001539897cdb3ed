// The functions that most commands and events go through, each alone. Run by `tools/bench functions`.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "benchmark/benchmark.h"
#include "dashboard/api/task_json.h"
#include "dashboard/events/rendered_events.h"
#include "dashboard/http/router.h"
#include "mcp_agent/approvals/line_diff.h"
#include "mcp_agent/tasks/task_editor.h"
#include "mcp_agent/tasks/task_parser.h"
#include "proto/support/json.h"
#include "proto/support/log.h"
#include "relay/event_log.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

std::string TasksDocument(int64_t tasks) {
  std::string text = "# Tasks\n\n";
  for (int64_t i = 1; i <= tasks; ++i) {
    absl::StrAppend(&text, "- [", i % 3 == 0 ? "x" : " ", "] ", i, ". Build part ", i, "\n  - File: src/part_", i,
                    ".cc\n  - Say what it does\n  - _Requirements: 1.", i, ", 2.", i, "_\n");
  }
  return text;
}

v1::TaskProgressResponse Progress(int64_t tasks) {
  v1::TaskProgressResponse progress;
  ParsedTasks parsed = ParseTasks(TasksDocument(tasks));
  *progress.mutable_tasks() = std::move(parsed.tasks);
  *progress.mutable_summary() = parsed.summary;
  return progress;
}

void BM_ParseTasks(benchmark::State& state) {
  const std::string document = TasksDocument(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(ParseTasks(document));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(document.size()));
}
BENCHMARK(BM_ParseTasks)->Arg(30)->Arg(300);

void BM_SummarizeTasks(benchmark::State& state) {
  const std::string document = TasksDocument(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(SummarizeTasks(document));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(document.size()));
}
BENCHMARK(BM_SummarizeTasks)->Arg(30)->Arg(300);

void BM_SetTaskStatus(benchmark::State& state) {
  const std::string document = TasksDocument(30);
  for (auto _ : state) benchmark::DoNotOptimize(SetTaskStatus(document, "16", v1::TASK_STATUS_IN_PROGRESS, ""));
}
BENCHMARK(BM_SetTaskStatus);

// Every tenth line differs.
void BM_DiffTexts(benchmark::State& state) {
  std::string before;
  std::string after;
  for (int64_t i = 0; i < state.range(0); ++i) {
    absl::StrAppend(&before, "The system shall do what line ", i, " asks for.\n");
    absl::StrAppend(&after, "The system shall do what line ", i, i % 10 == 0 ? " demands.\n" : " asks for.\n");
  }
  for (auto _ : state) benchmark::DoNotOptimize(DiffTexts(before, after));
}
BENCHMARK(BM_DiffTexts)->Arg(100)->Arg(1000);

void BM_TaskProgressJson(benchmark::State& state) {
  const v1::TaskProgressResponse progress = Progress(30);
  for (auto _ : state) benchmark::DoNotOptimize(TaskProgressJson(progress));
}
BENCHMARK(BM_TaskProgressJson);

void BM_CommandFromJson(benchmark::State& state) {
  const std::string json = R"({"taskStatusUpdate":{"specName":"s","taskId":"1","status":"TASK_STATUS_COMPLETED"}})";
  for (auto _ : state) {
    v1::Command command;
    benchmark::DoNotOptimize(FromJson(json, command));
  }
}
BENCHMARK(BM_CommandFromJson);

Router MakeRouter() {
  std::vector<Route> routes;
  for (const char* pattern :
       {"/api/projects/list", "/api/projects/{projectId}/info", "/api/projects/{projectId}/specs",
        "/api/projects/{projectId}/specs/{name}", "/api/projects/{projectId}/specs/{name}/all",
        "/api/projects/{projectId}/specs/{name}/tasks/progress", "/api/projects/{projectId}/specs/{name}/{document}",
        "/api/projects/{projectId}/steering/{name}", "/api/projects/{projectId}/approvals/{id}"}) {
    Route route;
    route.method = "GET";
    route.pattern = pattern;
    route.handler = [](const CallContext&) { return HttpResponse(); };
    routes.push_back(std::move(route));
  }
  return Router::Make(std::move(routes)).value();
}

void BM_FindHttpRoute(benchmark::State& state) {
  const Router router = MakeRouter();
  for (auto _ : state) {
    benchmark::DoNotOptimize(router.Find("GET", "/api/projects/YXnWfJ6A6_X3N1ZS/specs/user-auth/tasks/progress"));
  }
}
BENCHMARK(BM_FindHttpRoute);

// A command from its acceptance to its outcome, with so many projects connected.
void BM_RouteCommand(benchmark::State& state) {
  SetLogLevel(LogLevel::kError);
  RelayHarness harness;
  std::vector<RelayHarness::Agent> agents;
  for (int64_t i = 0; i < state.range(0); ++i) {
    agents.push_back(harness.Connect(absl::StrCat("p", i), absl::StrCat("instance-", i)));
  }
  int64_t number = 0;
  for (auto _ : state) {
    const auto index = static_cast<size_t>(number++ * 7919 % state.range(0));
    const std::string id = absl::StrCat("r", number);
    RelayHarness::Outcome outcome;
    benchmark::DoNotOptimize(harness.Execute(SpecListRequestFor(absl::StrCat("p", index), id), outcome));
    harness.relay.OnFrame(agents[index].session, AppliedFrame(id));
    agents[index].stream->Take();
    if (!outcome.status.has_value()) state.SkipWithError("no outcome");
  }
}
BENCHMARK(BM_RouteCommand)->Arg(10)->Arg(1000)->Arg(9000);

v1::Event FileEvent(int64_t number) {
  v1::Event event;
  event.set_project_id("YXnWfJ6A6_X3N1ZS");
  v1::FileChanged& file = *event.mutable_file_changed();
  file.set_path("specs/user-auth/requirements.md");
  file.set_category(v1::FILE_CATEGORY_SPEC);
  file.set_change(v1::FILE_CHANGE_TYPE_MODIFIED);
  file.set_hash(absl::StrCat(number, std::string(60, '0')));
  return event;
}

// One event, read and made into text by so many watchers.
void BM_FanOutEvent(benchmark::State& state) {
  EventLog log("epoch", {});
  RenderedEvents rendered;
  int64_t number = 0;
  for (auto _ : state) {
    const EventLog::Sequence position = log.End();
    log.Publish(FileEvent(number++));
    for (int64_t watcher = 0; watcher < state.range(0); ++watcher) {
      const auto batch = log.Read(position, 64, 1 << 20, [](const v1::Event&) { return true; });
      benchmark::DoNotOptimize(rendered.TextOf(batch->events.front()));
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_FanOutEvent)->Arg(1)->Arg(100)->Arg(5000);

}  // namespace
}  // namespace specrelay
