// What the suite measures: one function a subject, each of which brings up what it needs and ends it again, and puts
// its figures into the report. Not thread-safe; one at a time.
#ifndef SPECRELAY_TESTS_BENCH_SUBJECTS_H_
#define SPECRELAY_TESTS_BENCH_SUBJECTS_H_

#include "absl/status/status.h"
#include "tests/bench/bench_options.h"
#include "tests/bench/report.h"

namespace specrelay {

// A small command by gRPC, one and 64 in flight, against raw gRPC and against NATS.
absl::Status MeasureCommands(const BenchOptions& options, Report& report);

// Reads and durable writes by HTTP, against a bare cpp-httplib.
absl::Status MeasureHttp(const BenchOptions& options, Report& report);

// From an edit on disk to a browser's event stream.
absl::Status MeasureEdits(const BenchOptions& options, Report& report);

// Memory of server and agent that do nothing.
absl::Status MeasureAtRest(const BenchOptions& options, Report& report);

// The list of specs with more and more of them.
absl::Status MeasureManySpecs(const BenchOptions& options, Report& report);

// A small command with more and more projects connected.
absl::Status MeasureManyProjects(const BenchOptions& options, Report& report);

// Many event streams, on which little happens.
absl::Status MeasureFanOut(const BenchOptions& options, Report& report);

// The output of running jobs, to those who watch their projects.
absl::Status MeasureJobOutput(const BenchOptions& options, Report& report);

// Many connected agents, and how they come back when the relay was killed.
absl::Status MeasureManyAgents(const BenchOptions& options, Report& report);

// A large file, against the same bytes on a raw stream.
absl::Status MeasureFiles(const BenchOptions& options, Report& report);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_SUBJECTS_H_
