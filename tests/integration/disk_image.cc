#include "tests/integration/disk_image.h"

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

void AddFiles(const std::string& directory, absl::string_view prefix, DiskImage& image) {
  if (!fs::exists(directory)) return;
  for (auto it = fs::recursive_directory_iterator(directory); it != fs::end(it); ++it) {
    if (it->path().filename() == ".specrelay") it.disable_recursion_pending();
    if (!it->is_regular_file()) continue;
    image[absl::StrCat(prefix, it->path().lexically_relative(directory).string())] = ReadFileOrDie(it->path());
  }
}

}  // namespace

DiskImage ReadDisk(const std::string& project_dir, const std::string& machine_dir) {
  DiskImage project;
  AddFiles(project_dir, "", project);
  DiskImage image;
  constexpr absl::string_view kTree = ".spec-context/";
  for (auto& [path, content] : project) {
    const bool in_tree = absl::StartsWith(path, kTree);
    image[in_tree ? path.substr(kTree.size()) : absl::StrCat("../", path)] = std::move(content);
  }
  AddFiles(machine_dir, "machine/", image);
  return image;
}

std::vector<std::string> DiskChanges(const DiskImage& before, const DiskImage& after) {
  std::map<std::string, char> changes;
  for (const auto& [path, content] : before) {
    const auto now = after.find(path);
    if (now == after.end()) {
      changes[path] = '-';
    } else if (now->second != content) {
      changes[path] = '~';
    }
  }
  for (const auto& [path, content] : after) {
    if (before.count(path) == 0) changes[path] = '+';
  }
  std::vector<std::string> texts;
  for (const auto& [path, sign] : changes) texts.push_back(absl::StrCat(std::string(1, sign), path));
  return texts;
}

}  // namespace specrelay
