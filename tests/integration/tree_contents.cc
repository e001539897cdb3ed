#include "tests/integration/tree_contents.h"

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

nlohmann::json ParseOrFail(absl::string_view text, const std::string& path) {
  nlohmann::json value = nlohmann::json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  EXPECT_FALSE(value.is_discarded()) << path << " does not parse: " << text;
  return value;
}

}  // namespace

TreeContents::TreeContents(const std::string& directory) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    const std::string path = std::filesystem::relative(entry.path(), directory).string();
    const std::string& bytes = files_[path] = ReadFileOrDie(entry.path().string());
    if (absl::EndsWith(path, ".json")) values_[path].push_back(ParseOrFail(bytes, path));
    if (!absl::EndsWith(path, ".jsonl")) continue;
    EXPECT_TRUE(bytes.empty() || bytes.back() == '\n') << path << " ends within a line";
    for (const absl::string_view line : absl::StrSplit(bytes, '\n', absl::SkipEmpty())) {
      values_[path].push_back(ParseOrFail(line, path));
    }
  }
}

const std::string& TreeContents::Bytes(const std::string& path) const {
  static const std::string* const kNone = new std::string;
  const auto file = files_.find(path);
  return file == files_.end() ? *kNone : file->second;
}

const std::vector<nlohmann::json>& TreeContents::Values(const std::string& path) const {
  static const auto* const kNone = new std::vector<nlohmann::json>;
  const auto values = values_.find(path);
  return values == values_.end() ? *kNone : values->second;
}

std::vector<std::string> TreeContents::Paths(absl::string_view prefix, absl::string_view suffix) const {
  std::vector<std::string> paths;
  for (const auto& [path, bytes] : files_) {
    if (absl::StartsWith(path, prefix) && absl::EndsWith(path, suffix)) paths.push_back(path);
  }
  return paths;
}

}  // namespace specrelay
