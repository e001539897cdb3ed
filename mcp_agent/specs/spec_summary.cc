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

// A regular file at `path`; nothing when there is none that may be read.
absl::StatusOr<absl::optional<FileStat>> StatReadable(const Tree& tree, absl::string_view path) {
  absl::StatusOr<absl::optional<FileStat>> stat = StatIfExists(tree, path);
  if (absl::IsPermissionDenied(stat.status())) return absl::optional<FileStat>();
  if (stat.ok() && stat->has_value() && (*stat)->is_directory) return absl::optional<FileStat>();
  return stat;
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

absl::StatusOr<absl::optional<v1::SpecSummary>> SpecSummarizer::Summarize(SpecShelf shelf,
                                                                          absl::string_view name) const {
  ASSIGN_OR_RETURN(const absl::optional<FileStat> directory, StatIfExists(tree_, SpecPath(shelf, name)));
  if (!directory.has_value() || !directory->is_directory) return absl::optional<v1::SpecSummary>();
  SpecDocumentStats documents;
  const auto path = [&](v1::SpecDocument document) { return SpecDocumentPath(shelf, name, document); };
  ASSIGN_OR_RETURN(documents.requirements, StatReadable(tree_, path(v1::SPEC_DOCUMENT_REQUIREMENTS)));
  ASSIGN_OR_RETURN(documents.design, StatReadable(tree_, path(v1::SPEC_DOCUMENT_DESIGN)));
  ASSIGN_OR_RETURN(documents.tasks, StatReadable(tree_, path(v1::SPEC_DOCUMENT_TASKS)));
  ASSIGN_OR_RETURN(absl::optional<v1::TaskSummary> task_summary,
                   CountTasks(path(v1::SPEC_DOCUMENT_TASKS), documents.tasks));
  v1::SpecSummary summary = ToSpecSummary(name, *directory, documents);
  if (task_summary.has_value()) *summary.mutable_task_summary() = *std::move(task_summary);
  return absl::make_optional(std::move(summary));
}

absl::StatusOr<absl::optional<v1::TaskSummary>> SpecSummarizer::CountTasks(absl::string_view path,
                                                                           absl::optional<FileStat>& stat) const {
  if (!stat.has_value()) return absl::optional<v1::TaskSummary>();
  if (absl::optional<v1::TaskSummary> cached = cache_.Find(path, *stat)) return cached;
  const absl::Time read_at = clock_.Now();
  absl::StatusOr<FileContent> content = tree_.Read(path, max_file_bytes_);
  if (absl::IsResourceExhausted(content.status())) return absl::optional<v1::TaskSummary>();
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
