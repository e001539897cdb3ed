#include "mcp_agent/jobs/agent_work.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "mcp_agent/jobs/job_rules.h"
#include "mcp_agent/jobs/output_pacer.h"
#include "mcp_agent/jobs/runner_catalog.h"
#include "mcp_agent/process/process.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

absl::StatusOr<ProcessSpec> SpecOf(const v1::Job& job, const Tree& machine_tree, const ProjectRegistry& projects) {
  ASSIGN_OR_RETURN(const RunnerCall call, RunnerCallOf(job.config()));
  if (!call.project_path.empty()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> served, projects.Paths());
    if (!absl::c_linear_search(served, call.project_path)) {
      return absl::FailedPreconditionError(absl::StrCat("no agent on this machine has served the project ",
                                                        Quoted(call.project_path), "; start one there first"));
    }
  }
  ASSIGN_OR_RETURN(const RunnerCatalog runners, RunnerCatalog::Read(machine_tree));
  return runners.Build(call);
}

absl::Status StatusOf(const ProcessResult& result, absl::Duration timeout) {
  switch (result.end) {
    case ProcessEnd::kCancelled:
      return absl::CancelledError("cancelled");
    case ProcessEnd::kTimedOut:
      return absl::DeadlineExceededError(
          absl::StrCat("the program was stopped because it took longer than ", absl::FormatDuration(timeout)));
    case ProcessEnd::kSignalled:
      return absl::AbortedError(absl::StrCat("the program was killed by signal ", result.signal));
    case ProcessEnd::kExited:
      break;
  }
  if (result.exit_code == 0) return absl::OkStatus();
  return absl::AbortedError(absl::StrCat("the program ended with exit code ", result.exit_code));
}

}  // namespace

WorkOutcome AgentWork::Do(const v1::Job& job, absl::string_view execution_id, RunControl& control) {
  WorkOutcome outcome;
  absl::StatusOr<ProcessSpec> spec = SpecOf(job, machine_tree_, projects_);
  if (!spec.ok()) {
    outcome.status = spec.status();
    return outcome;
  }
  // The history keeps the end of the output, so none of it is too much to read.
  spec->max_output_bytes = int64_t{1} << 40;
  const absl::Duration timeout = spec->timeout;
  Process process(*std::move(spec));
  const RunControl::OnCancel on_cancel(control, [&process] { process.Cancel(); });

  OutputPacer pacer;
  OutputTail tail;
  const auto report = [&control](const absl::optional<OutputPacer::Report>& due) {
    if (due.has_value()) control.ReportOutput(due->output, due->skipped_bytes);
  };
  const absl::StatusOr<ProcessResult> result = process.Run([&](absl::string_view bytes) {
    tail.Add(bytes);
    report(pacer.Add(bytes, clock_.Now()));
  });
  report(pacer.Finish());
  outcome.output_tail = tail.Text();
  outcome.status = result.ok() ? StatusOf(*result, timeout) : result.status();
  if (result.ok() && result->end == ProcessEnd::kExited) outcome.exit_code = result->exit_code;
  return outcome;
}

}  // namespace specrelay
