#include "mcp_agent/commands/quick_reads.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/tree/read_only_tree.h"
#include "mcp_agent/tree/tree.h"

namespace specrelay {
namespace {

// `environment` on another tree.
CommandEnvironment With(const Tree& tree, CommandEnvironment environment) {
  return CommandEnvironment{tree,
                            environment.ledger,
                            environment.project_files,
                            std::move(environment.project),
                            std::move(environment.machine),
                            std::move(environment.policy),
                            environment.clock,
                            environment.cache,
                            environment.spec_lists,
                            environment.log_cache,
                            environment.damage,
                            environment.approval_waiter,
                            environment.question_waiter,
                            environment.jobs};
}

}  // namespace

bool IsQuickRead(const v1::Command& command) {
  switch (command.request_case()) {
    case v1::Command::kSpecList:
    case v1::Command::kSpecRead:
    case v1::Command::kSpecArchivedList:
    case v1::Command::kSpecArchivedRead:
    case v1::Command::kTaskProgress:
    case v1::Command::kSteeringRead:
    case v1::Command::kSteeringStatus:
      return true;
    case v1::Command::kFileRead:
      // The rest of the project has directories that nobody watches, on whatever file systems.
      return command.file_read().root() != v1::FILE_ROOT_PROJECT;
    default:
      return false;
  }
}

// Fails once a command goes beyond what is quick. It takes no call more than without it: how large a file is shows when
// it is opened. The error must be none that a handler has an answer to, as to a file over the limit.
class QuickReads::BriefTree final : public ReadOnlyTree {
 public:
  explicit BriefTree(const Tree& tree) : tree_(tree) {}

  void BeginCommand() {
    bytes_left_ = kMaxBytes;
    gave_up_ = false;
  }
  bool gave_up() const { return gave_up_; }

  absl::StatusOr<FileContent> Read(absl::string_view path, int64_t max_bytes) const override {
    absl::StatusOr<FileContent> content = tree_.Read(path, std::min(max_bytes, bytes_left_));
    if (content.ok()) bytes_left_ -= static_cast<int64_t>(content->bytes.size());
    if (absl::IsResourceExhausted(content.status()) && bytes_left_ < max_bytes) return GiveUp();
    return content;
  }
  absl::StatusOr<std::string> ReadFrom(absl::string_view, int64_t, int64_t) const override { return GiveUp(); }
  absl::StatusOr<FileStat> Stat(absl::string_view path) const override { return tree_.Stat(path); }
  std::vector<absl::StatusOr<FileStat>> StatEach(const std::vector<std::string>& paths) const override {
    return std::vector<absl::StatusOr<FileStat>>(paths.size(), GiveUp());
  }
  // Whoever lists looks at all that is listed.
  absl::StatusOr<std::vector<DirectoryEntry>> List(absl::string_view) const override { return GiveUp(); }

 private:
  absl::Status GiveUp() const {
    gave_up_ = true;
    return absl::CancelledError("this takes longer than a quick read may");
  }
  absl::Status ReadOnly() const override { return absl::FailedPreconditionError("a quick read writes nothing"); }

  const Tree& tree_;
  mutable int64_t bytes_left_ = 0;
  mutable bool gave_up_ = false;
};

QuickReads::QuickReads(CommandEnvironment environment)
    : tree_(std::make_unique<BriefTree>(environment.tree)), executor_(With(*tree_, std::move(environment))) {}

QuickReads::~QuickReads() = default;

absl::optional<v1::CommandOutcome> QuickReads::TryExecute(const v1::CommandDelivery& delivery) {
  tree_->BeginCommand();
  absl::optional<v1::CommandOutcome> outcome;
  executor_.Execute(delivery, [&outcome](v1::CommandOutcome result) { outcome = std::move(result); });
  return tree_->gave_up() ? absl::nullopt : std::move(outcome);
}

}  // namespace specrelay
