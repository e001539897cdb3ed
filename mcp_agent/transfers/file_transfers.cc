#include "mcp_agent/transfers/file_transfers.h"

#include <algorithm>
#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/commands/command_answer.h"
#include "mcp_agent/commands/command_digest.h"
#include "mcp_agent/commands/file_commands.h"
#include "mcp_agent/transfers/incoming_write.h"
#include "mcp_agent/transfers/outgoing_file.h"
#include "proto/support/command_catalog.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr absl::Duration kDefaultTimeout = absl::Seconds(30);

// What makes two such writes the same: all but the content, which is not known when that must be decided. The answer
// tells the hash of the content that was written.
std::string StreamedDigest(const v1::Command& command) {
  return Sha256(absl::StrCat("content in parts of ", CommandDigest(command)));
}

}  // namespace

struct FileTransfers::Beginning {
  absl::optional<v1::CommandResult> result;  // of a write that is known
  std::function<std::shared_ptr<FileTransfer>(FileTransfer::Setting)> make;
};

FileTransfers::FileTransfers(CommandEnvironment environment, TaskRunner& runner, Timers& timers,
                             FileTransferOptions options)
    : environment_(std::move(environment)), runner_(runner), timers_(timers), options_(options) {}

void FileTransfers::Execute(const v1::CommandDelivery& delivery, std::shared_ptr<BodyLine> line,
                            FileTransfer::Receiver receive) noexcept {
  const std::string& request_id = delivery.request_id();
  if (const absl::Status reserved = Reserve(); !reserved.ok()) return receive(ToOutcome(request_id, reserved));
  absl::StatusOr<Beginning> beginning = Examine(delivery);
  if (!beginning.ok() || beginning->result.has_value()) {
    line->Close();
    receive(beginning.ok() ? ToOutcome(request_id, *std::move(beginning->result))
                           : ToOutcome(request_id, beginning.status()));
    return Unreserve();
  }
  FileTransfer::Setting setting;
  setting.request_id = request_id;
  setting.line = std::move(line);
  setting.timeout = delivery.has_timeout() ? FromProto(delivery.timeout()) : kDefaultTimeout;
  setting.runner = &runner_;
  setting.timers = &timers_;
  setting.receive = std::move(receive);
  setting.on_end = [this](FileTransfer& ended) {
    absl::MutexLock lock(&mu_);
    active_.erase(ended.shared_from_this());
    --reserved_;
  };
  const std::shared_ptr<FileTransfer> transfer = beginning->make(std::move(setting));
  {
    absl::MutexLock lock(&mu_);
    active_.insert(transfer);
  }
  transfer->Begin();
}

absl::Status FileTransfers::Reserve() {
  absl::MutexLock lock(&mu_);
  if (reserved_ >= options_.max_concurrent) {
    return absl::ResourceExhaustedError(
        absl::StrCat("the agent transfers ", reserved_, " files, its limit; nothing was done; try again shortly"));
  }
  ++reserved_;
  return absl::OkStatus();
}

void FileTransfers::Unreserve() {
  absl::MutexLock lock(&mu_);
  --reserved_;
}

bool FileTransfers::WaitIdle(absl::Duration timeout) {
  absl::MutexLock lock(&mu_);
  return mu_.AwaitWithTimeout(absl::Condition(this, &FileTransfers::IsIdleLocked), timeout);
}

absl::StatusOr<FileTransfers::Beginning> FileTransfers::Examine(const v1::CommandDelivery& delivery) {
  const v1::Command& command = delivery.command();
  const CommandInfo* info = FindCommand(command);
  if (info == nullptr) return NotImplemented(command);
  try {
    std::shared_ptr<const EnforcedPolicy> policy = environment_.policy();
    RETURN_IF_ERROR(policy->CheckCommand(*info, delivery.actor()));
    if (command.has_file_read()) return ExamineRead(delivery, std::move(policy));
    if (command.has_file_write()) return ExamineWrite(delivery, std::move(policy));
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("the agent failed in ", info->name, ": ", e.what(), "; report this"));
  }
  return absl::InvalidArgumentError(absl::StrCat(info->name, " has no content that could pass in parts"));
}

absl::StatusOr<FileTransfers::Beginning> FileTransfers::ExamineRead(const v1::CommandDelivery& delivery,
                                                                    std::shared_ptr<const EnforcedPolicy> policy) {
  const v1::FileReadRequest& request = delivery.command().file_read();
  const FileCommands files(environment_.tree, environment_.project_files, *policy);
  ASSIGN_OR_RETURN(std::shared_ptr<OpenFile> file, files.OpenToRead(request, MaxBytes(*policy)));
  Beginning beginning;
  beginning.make = [path = request.path(), file](FileTransfer::Setting setting) {
    return std::make_shared<OutgoingFile>(std::move(setting), path, file);
  };
  return beginning;
}

absl::StatusOr<FileTransfers::Beginning> FileTransfers::ExamineWrite(const v1::CommandDelivery& delivery,
                                                                     std::shared_ptr<const EnforcedPolicy> policy) {
  const v1::FileWriteRequest& request = delivery.command().file_write();
  const FileCommands files(environment_.tree, environment_.project_files, *policy);
  RETURN_IF_ERROR(files.CheckWrite(request));
  if (!request.content().empty()) return absl::InvalidArgumentError("the content comes both whole and in parts");
  const WriteRequest write{delivery.request_id(), StreamedDigest(delivery.command()), "file-write", delivery.actor()};
  Beginning beginning;
  ASSIGN_OR_RETURN(beginning.result, environment_.ledger.FindOutcome(write));
  if (beginning.result.has_value()) return beginning;
  const int64_t max_bytes = MaxBytes(*policy);
  ASSIGN_OR_RETURN(std::shared_ptr<IncomingFile> content, environment_.tree.OpenIncoming(request.path(), max_bytes));
  auto commit = [this, write, request, policy](IncomingFile& whole) {
    const FileCommands writer(environment_.tree, environment_.project_files, *policy);
    return environment_.ledger.Execute(write, [&](Transaction& transaction) {
      return Answer(writer.WriteIncoming(transaction, request, whole), &v1::CommandResult::mutable_file_write);
    });
  };
  beginning.make = [content, max_bytes, commit](FileTransfer::Setting setting) {
    return std::make_shared<IncomingWrite>(std::move(setting), content, max_bytes, commit);
  };
  return beginning;
}

int64_t FileTransfers::MaxBytes(const EnforcedPolicy& policy) const {
  // The default is for files that are held whole in memory.
  if (policy.max_file_bytes() == kDefaultMaxFileBytes) return options_.max_bytes;
  return std::min(policy.max_file_bytes(), options_.max_bytes);
}

}  // namespace specrelay
