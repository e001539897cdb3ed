// Projects to measure with.
#ifndef SPECRELAY_TESTS_BENCH_SAMPLE_PROJECT_H_
#define SPECRELAY_TESTS_BENCH_SAMPLE_PROJECT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace specrelay {

// Writes `count` specs with all documents into the project, the tasks document of each with `tasks` tasks.
void WriteSpecs(const std::string& project_dir, int count, int tasks);

// "spec-0007"
std::string SpecName(int number);

// A document of about `bytes` bytes.
std::string SampleText(absl::string_view title, size_t bytes);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_SAMPLE_PROJECT_H_
