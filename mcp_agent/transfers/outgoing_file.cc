#include "mcp_agent/transfers/outgoing_file.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/specs/document_reader.h"
#include "proto/support/status_macros.h"

namespace specrelay {

OutgoingFile::OutgoingFile(Setting setting, std::string path, std::shared_ptr<OpenFile> file)
    : FileTransfer(std::move(setting)), path_(std::move(path)), file_(std::move(file)), sender_(request_id()) {}

absl::Status OutgoingFile::OnStep(v1::Transfer step) {
  if (step.has_grant()) return sender_.OnGrant(step.grant());
  return absl::InvalidArgumentError("the relay sends a body where it is to get one");
}

absl::StatusOr<absl::optional<v1::CommandResult>> OutgoingFile::Advance() {
  const int64_t size_bytes = file_->stat().size_bytes;
  while (sender_.sent_bytes() < size_bytes && sender_.room() > 0) {
    ASSIGN_OR_RETURN(std::string bytes, file_->ReadNext(std::min(sender_.room(), size_bytes - sender_.sent_bytes())));
    if (bytes.empty()) {
      return absl::AbortedError(absl::StrCat("'", path_, "' was changed while it was read; read it again"));
    }
    Send(sender_.Chunk(std::move(bytes)));
  }
  if (sender_.sent_bytes() < size_bytes) return absl::optional<v1::CommandResult>();
  RETURN_IF_ERROR(file_->CheckUnchanged());
  Send(sender_.End());
  ended_ = true;
  return absl::make_optional(Answer());
}

v1::CommandResult OutgoingFile::Answer() const {
  v1::CommandResult result;
  result.mutable_file_read()->set_path(path_);
  *result.mutable_file_read()->mutable_version() = ToFileVersion(sender_.hash(), file_->stat());
  return result;
}

}  // namespace specrelay
