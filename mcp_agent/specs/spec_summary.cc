#include "mcp_agent/specs/spec_summary.h"

#include <algorithm>
#include <string>
#include <utility>

#include "mcp_agent/specs/document_reader.h"
#include "mcp_agent/tasks/task_parser.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

v1::DocumentInfo ToDocumentInfo(const absl::optional<FileStat>& stat) {
  v1::DocumentInfo info;
  info.set_exists(stat.has_value());
  if (stat.has_value()) *info.mutable_last_modified() = ToProto(stat->last_modified);
  return info;
}

// Nothing unless it is a regular file that may be read.
absl::StatusOr<absl::optional<FileStat>> IfReadable(absl::StatusOr<FileStat> stat) {
  if (absl::IsPermissionDenied(stat.status())) return absl::optional<FileStat>();
  if (stat.ok() && stat->is_directory) return absl::optional<FileStat>();
  return IfExists(std::move(stat));
}

}  // namespace

v1::SpecSummary ToSpecSummary(absl::string_view name, const FileStat& directory, const SpecDocumentStats& documents) {
  v1::SpecSummary summary;
  summary.set_name(std::string(name));
  summary.set_display_name(SpecDisplayName(name));
  *summary.mutable_created_at() = ToProto(directory.created);
  *summary.mutable_requirements() = ToDocumentInfo(documents.requirements);
  *summary.mutable_design() = ToDocumentInfo(documents.design);
  *summary.mutable_tasks() = ToDocumentInfo(documents.tasks);
  absl::Time last_modified = absl::InfinitePast();
  for (const auto& document : {documents.requirements, documents.design, documents.tasks}) {
    if (document.has_value()) last_modified = std::max(last_modified, document->last_modified);
  }
  if (last_modified == absl::InfinitePast()) last_modified = directory.created;
  *summary.mutable_last_modified() = ToProto(last_modified);
  return summary;
}

SpecSummarizer::SpecSummarizer(const Tree& tree, DocumentCache& cache, const Clock& clock, int64_t max_file_bytes)
    : tree_(tree), cache_(cache), clock_(clock), max_file_bytes_(max_file_bytes) {}

absl::StatusOr<SpecSummaries> SpecSummarizer::Summarize(SpecShelf shelf, const std::vector<std::string>& names) const {
  std::vector<std::string> paths;
  paths.reserve(4 * names.size());
  for (const std::string& name : names) {
    for (const auto document : {v1::SPEC_DOCUMENT_REQUIREMENTS, v1::SPEC_DOCUMENT_DESIGN, v1::SPEC_DOCUMENT_TASKS}) {
      paths.push_back(SpecDocumentPath(shelf, name, document));
    }
    paths.push_back(SpecPath(shelf, name));
  }
  std::vector<absl::StatusOr<FileStat>> stats = tree_.StatEach(paths);
  SpecSummaries summaries;
  summaries.specs.reserve(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    const auto next = [&stats, first = 4 * i](size_t offset) { return std::move(stats[first + offset]); };
    ASSIGN_OR_RETURN(const absl::optional<FileStat> directory, IfExists(next(3)));
    if (!directory.has_value() || !directory->is_directory) continue;
    SpecDocumentStats documents;
    ASSIGN_OR_RETURN(documents.requirements, IfReadable(next(0)));
    ASSIGN_OR_RETURN(documents.design, IfReadable(next(1)));
    ASSIGN_OR_RETURN(documents.tasks, IfReadable(next(2)));
    ASSIGN_OR_RETURN(absl::optional<v1::TaskSummary> task_summary,
                     CountTasks(paths[4 * i + 2], documents.tasks, summaries.may_be_believed));
    for (const auto& document : {documents.requirements, documents.design, documents.tasks}) {
      if (document.has_value() && document->may_change_unseen) summaries.may_be_believed = false;
    }
    summaries.specs.push_back(ToSpecSummary(names[i], *directory, documents));
    if (task_summary.has_value()) *summaries.specs.back().mutable_task_summary() = *std::move(task_summary);
  }
  return summaries;
}

absl::StatusOr<absl::optional<v1::TaskSummary>> SpecSummarizer::CountTasks(absl::string_view path,
                                                                           absl::optional<FileStat>& stat,
                                                                           bool& may_be_believed) const {
  if (!stat.has_value() || stat->size_bytes > max_file_bytes_) return absl::optional<v1::TaskSummary>();
  if (absl::optional<v1::TaskSummary> cached = cache_.Find(path, *stat)) return cached;
  const absl::Time read_at = clock_.Now();
  absl::StatusOr<FileContent> content = tree_.Read(path, max_file_bytes_);
  if (absl::IsResourceExhausted(content.status())) {
    // It has grown since, or the system has nothing left to open it with.
    may_be_believed = false;
    return absl::optional<v1::TaskSummary>();
  }
  if (absl::IsNotFound(content.status()) || absl::IsPermissionDenied(content.status())) {
    stat.reset();
    return absl::optional<v1::TaskSummary>();
  }
  RETURN_IF_ERROR(content.status());
  stat = content->stat;
  const v1::TaskSummary summary = SummarizeTasks(content->bytes);
  cache_.Store(path, content->stat, summary, read_at);
  return absl::make_optional(summary);
}

}  // namespace specrelay
