#include "tests/support/sample_tree.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <vector>

#include "absl/types/optional.h"
#include "proto/support/iso_time.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

constexpr char kSampleTree[] = "tests/testdata/vectors/spec-context-tree";

const std::regex& TimePattern() {
  static const auto* pattern = new std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)");
  return *pattern;
}

std::vector<fs::path> FilesIn(const std::string& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

std::string Read(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

absl::Time NewestTimeIn(const std::string& text) {
  absl::Time newest = absl::InfinitePast();
  for (std::sregex_iterator each(text.begin(), text.end(), TimePattern()), end; each != end; ++each) {
    newest = std::max(newest, ParseIsoTime(each->str()).value());
  }
  return newest;
}

std::string WithTimesMoved(const std::string& text, absl::Duration by) {
  std::string moved;
  auto rest = text.begin();
  for (std::sregex_iterator each(text.begin(), text.end(), TimePattern()), end; each != end; ++each) {
    moved.append(rest, (*each)[0].first);
    moved += ToIsoTime(ParseIsoTime(each->str()).value() + by);
    rest = (*each)[0].second;
  }
  return moved.append(rest, text.end());
}

}  // namespace

void CopySampleTree(const std::string& project) {
  fs::create_directories(project);
  fs::copy(kSampleTree, project, fs::copy_options::recursive);
  // The sample may come from a read-only place; the copy is to be written to.
  for (const auto& entry : fs::recursive_directory_iterator(project)) {
    fs::permissions(entry, fs::perms::owner_write, fs::perm_options::add);
  }
}

void CopySampleTree(const std::string& project, absl::Time newest) {
  CopySampleTree(project);
  const std::vector<fs::path> files = FilesIn(project);
  absl::Time recorded = absl::InfinitePast();
  for (const fs::path& file : files) recorded = std::max(recorded, NewestTimeIn(Read(file)));
  for (const fs::path& file : files) {
    const std::string moved = WithTimesMoved(Read(file), newest - recorded);
    std::ofstream(file, std::ios::binary | std::ios::trunc) << moved;
  }
}

}  // namespace specrelay
