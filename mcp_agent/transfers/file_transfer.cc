#include "mcp_agent/transfers/file_transfer.h"

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/commands/command_answer.h"
#include "proto/support/body_transfer.h"
#include "proto/support/status_macros.h"

namespace specrelay {

void FileTransfer::Begin() {
  {
    absl::MutexLock lock(&mu_);
    // The relay says so itself; this is for one that does not.
    timer_ = setting_.timers->Schedule(setting_.timeout, [line = setting_.line] {
      line->Break(absl::CancelledError("its time was over before all of the file had passed; nothing was done"));
    });
  }
  setting_.line->Listen([weak = weak_from_this()] {
    if (const std::shared_ptr<FileTransfer> self = weak.lock()) self->Schedule();
  });
  Schedule();
}

void FileTransfer::Schedule() {
  {
    absl::MutexLock lock(&mu_);
    again_ = true;
    if (done_ || scheduled_) return;
    scheduled_ = true;
  }
  if (setting_.runner->TrySubmit(kMaxChunkBytes, [self = shared_from_this()] { self->Run(); })) return;
  Finish(absl::ResourceExhaustedError("too many commands wait at the agent; nothing was done; try again shortly"));
}

void FileTransfer::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mu_);
      again_ = false;
    }
    Progress progress = WorkSafely();
    if (!progress.ok()) return Finish(progress.status());
    if (progress->has_value()) return Finish(*std::move(*progress));
    absl::MutexLock lock(&mu_);
    if (again_) continue;
    scheduled_ = false;
    return;
  }
}

FileTransfer::Progress FileTransfer::WorkSafely() {
  try {
    return Work();
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("the agent failed: ", e.what(), "; report this"));
  }
}

FileTransfer::Progress FileTransfer::Work() {
  while (true) {
    ASSIGN_OR_RETURN(absl::optional<v1::Transfer> step, setting_.line->Take());
    if (!step.has_value()) return Advance();
    RETURN_IF_ERROR(OnStep(*std::move(step)));
  }
}

void FileTransfer::Finish(absl::StatusOr<v1::CommandResult> result) {
  std::unique_ptr<Timers::Timer> timer;
  {
    absl::MutexLock lock(&mu_);
    done_ = true;
    timer = std::move(timer_);
  }
  timer.reset();
  setting_.line->Close();
  if (!result.ok() && body_open()) Send(AbortOf(request_id(), result.status()));
  Release();
  setting_.receive(ToOutcome(request_id(), std::move(result)));
  setting_.on_end(*this);
}

}  // namespace specrelay
