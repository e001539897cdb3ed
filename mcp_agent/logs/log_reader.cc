#include "mcp_agent/logs/log_reader.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/logs/log_entry_json.h"
#include "mcp_agent/logs/markdown_log.h"
#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/specs/spec_layout.h"
#include "proto/support/iso_time.h"
#include "proto/support/log.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// A file for one entry.
constexpr int64_t kMaxMarkdownBytes = int64_t{1} << 20;

LoggedEntry WithTime(v1::ImplementationLogEntry entry) {
  const absl::optional<absl::Time> time = ParseIsoTime(entry.timestamp());
  return {time.value_or(absl::InfinitePast()), std::move(entry)};
}

ParsedLogFile ParseJsonLog(absl::string_view path, absl::string_view bytes) {
  ParsedLogFile file;
  const absl::StatusOr<nlohmann::ordered_json> json = ParseJsonObject(path, bytes);
  if (!json.ok()) {
    file.damage = json.status();
    return file;
  }
  const nlohmann::ordered_json* entries = ArrayAt(*json, "entries");
  if (entries == nullptr) {
    file.damage = DamagedFileError(path, "it has no list of entries");
    return file;
  }
  file.entries.reserve(entries->size());
  for (const nlohmann::ordered_json& entry : *entries) {
    if (entry.is_object()) {
      file.entries.push_back(WithTime(LogEntryFromJson(entry)));
    } else {
      file.damage = DamagedFileError(path, "an entry is no object");
    }
  }
  return file;
}

absl::StatusOr<std::vector<DirectoryEntry>> ListIfExists(const Tree& tree, absl::string_view path) {
  absl::StatusOr<std::vector<DirectoryEntry>> listing = tree.List(path);
  if (absl::IsNotFound(listing.status())) return std::vector<DirectoryEntry>();
  return listing;
}

void LogDamage(absl::string_view path, const absl::Status& why) {
  Log(LogLevel::kError, "implementation log left out", {{"path", std::string(path)}, {"error", why.ToString()}});
}

}  // namespace

std::string LogJsonPath(absl::string_view spec_name) {
  return absl::StrCat(SpecPath(SpecShelf::kActive, spec_name), "/implementation-log.json");
}

LogReader::LogReader(const Tree& tree, LogCache& cache, const Clock& clock, int64_t max_file_bytes)
    : tree_(tree), cache_(cache), clock_(clock), max_file_bytes_(max_file_bytes) {}

absl::StatusOr<std::shared_ptr<const ParsedLogFile>> LogReader::ReadFile(const std::string& path, int64_t max_bytes,
                                                                         Parser parse) const {
  ASSIGN_OR_RETURN(const absl::optional<FileStat> stat, StatIfExists(tree_, path));
  if (!stat.has_value()) return nullptr;
  if (std::shared_ptr<const ParsedLogFile> known = cache_.Find(path, *stat); known != nullptr) return known;
  const absl::Time read_at = clock_.Now();
  absl::StatusOr<FileContent> content = tree_.Read(path, max_bytes);
  if (absl::IsNotFound(content.status())) return nullptr;
  if (!content.ok()) {
    LogDamage(path, content.status());
    return nullptr;
  }
  if (std::shared_ptr<const ParsedLogFile> known = cache_.FindContent(path, *content, read_at); known != nullptr) {
    return known;
  }
  auto file = std::make_shared<const ParsedLogFile>(parse(*content));
  if (!file->damage.ok()) LogDamage(path, file->damage);
  cache_.Store(path, *content, file, read_at);
  return file;
}

absl::StatusOr<MergedLog> LogReader::Read(absl::string_view spec_name) const {
  MergedLog log;
  absl::flat_hash_set<absl::string_view> ids;
  const auto merge = [&](std::shared_ptr<const ParsedLogFile> file) {
    if (file == nullptr) return;
    // Later in the file is newer: it goes first among those of the same time, as the sort below is stable.
    for (auto entry = file->entries.rbegin(); entry != file->entries.rend(); ++entry) {
      const std::string& id = entry->entry.id();
      if (id.empty() || ids.insert(id).second) log.entries.push_back(&*entry);
    }
    log.files.push_back(std::move(file));
  };
  const std::string json_path = LogJsonPath(spec_name);
  ASSIGN_OR_RETURN(std::shared_ptr<const ParsedLogFile> json,
                   ReadFile(json_path, max_file_bytes_, [&json_path](const FileContent& content) {
                     return ParseJsonLog(json_path, content.bytes);
                   }));
  merge(std::move(json));
  const std::string directory = absl::StrCat(SpecPath(SpecShelf::kActive, spec_name), "/Implementation Logs");
  ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> listing, ListIfExists(tree_, directory));
  for (const DirectoryEntry& item : listing) {
    if (item.is_directory || !absl::EndsWith(item.name, ".md")) continue;
    const std::string path = absl::StrCat(directory, "/", item.name);
    const auto parse = [&](const FileContent& content) {
      ParsedLogFile file;
      absl::optional<v1::ImplementationLogEntry> entry = ParseMarkdownLog(item.name, content.bytes);
      if (entry.has_value()) {
        file.entries.push_back(WithTime(*std::move(entry)));
      } else {
        file.damage = DamagedFileError(path, "it does not say which task it is of");
      }
      return file;
    };
    ASSIGN_OR_RETURN(std::shared_ptr<const ParsedLogFile> file,
                     ReadFile(path, std::min(max_file_bytes_, kMaxMarkdownBytes), parse));
    merge(std::move(file));
  }
  std::stable_sort(log.entries.begin(), log.entries.end(),
                   [](const LoggedEntry* a, const LoggedEntry* b) { return a->time > b->time; });
  return log;
}

}  // namespace specrelay
