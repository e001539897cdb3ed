#include "tests/bench/sample_project.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr size_t kDocumentBytes = 2000;

std::string SampleTasks(int count) {
  std::string text = "# Tasks\n\n";
  for (int i = 1; i <= count; ++i) {
    absl::StrAppendFormat(&text,
                          "- [%c] %d. Build part %d\n  - File: src/part_%d.cc\n  - Say what it does\n"
                          "  - _Requirements: 1.%d, 2.%d_\n",
                          i * 3 <= count ? 'x' : ' ', i, i, i, i, i);
  }
  return text;
}

}  // namespace

std::string SpecName(int number) { return absl::StrFormat("spec-%04d", number); }

std::string SampleText(absl::string_view title, size_t bytes) {
  std::string text = absl::StrCat("# ", title, "\n\n");
  for (int line = 1; text.size() < bytes; ++line) {
    absl::StrAppend(&text, line, ". The system shall do what line ", line, " of this document asks for.\n");
  }
  return text;
}

void WriteSpecs(const std::string& project_dir, int count, int tasks) {
  for (int i = 0; i < count; ++i) {
    const std::string spec = absl::StrCat(project_dir, "/.spec-context/specs/", SpecName(i), "/");
    WriteFileOrDie(spec + "requirements.md", SampleText(SpecName(i), kDocumentBytes));
    WriteFileOrDie(spec + "design.md", SampleText(SpecName(i), kDocumentBytes));
    WriteFileOrDie(spec + "tasks.md", SampleTasks(tasks));
  }
}

}  // namespace specrelay
