// Waiting until a file says what is waited for, without polling.
#ifndef SPECRELAY_MCP_AGENT_WAITS_FILE_WAITER_H_
#define SPECRELAY_MCP_AGENT_WAITS_FILE_WAITER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/link/timers.h"

namespace specrelay {

// Waits end when the file of their subject says so, whoever wrote it. A wait is registered before its file is first
// read, and each change that is told makes it be read again, so that no decision is missed; changes that come together
// are one read. Files are read, and waits end, on the task runner's threads, one at a time.
//
// Thread-safe. Does not own what it is given by reference. The destructor ends all waits as CANCELLED; it waits for a
// read that is running, so it must not be called from `read`. It may be called from a `done`, and callers of the other
// methods may hold locks that `done` takes, except for those of a cancel function and of the destructor.
class FileWaiter {
 public:
  // What a file said.
  struct Seen {
    bool decided = false;                 // what is waited for
    std::shared_ptr<const void> subject;  // everything, for who waits
  };
  // How a wait ended. Neither resolved nor deleted: its time was over.
  struct Ending {
    bool resolved = false;
    bool deleted = false;
    std::shared_ptr<const void> subject;  // as last seen; nullptr when deleted
  };

  // The file of that id; NOT_FOUND when there is none.
  using Read = std::function<absl::StatusOr<Seen>(absl::string_view id)>;
  using Done = absl::AnyInvocable<void(absl::StatusOr<Ending>)>;
  using Cancel = std::function<void(absl::Status)>;

  static constexpr int kMaxWaiters = 10'000;

  // `kind` is what messages call the subjects: "approval".
  FileWaiter(absl::string_view kind, Read read, Timers& timers, TaskRunner& runner, int max_waiters = kMaxWaiters);
  ~FileWaiter();
  FileWaiter(const FileWaiter&) = delete;
  FileWaiter& operator=(const FileWaiter&) = delete;

  // Calls `done` exactly once and never inside this call: when the file says it is decided or is deleted, or `timeout`
  // is over. NOT_FOUND when there is no such file now, INVALID_ARGUMENT for an id that cannot be one,
  // RESOURCE_EXHAUSTED when too many wait already; a file that cannot be read is an error at the start and at the end,
  // and meanwhile something that may pass.
  //
  // The function returned ends the wait with a status, inside its call, unless it has ended. It may be called at any
  // time, and more than once.
  Cancel Wait(const std::string& id, absl::Duration timeout, Done done);

  // The file at `path` of the tree has changed, appeared or gone; its id is its name without ".json".
  void OnChanged(absl::string_view path);
  // Any file may have.
  void OnResync();

  // Waits that have not ended.
  int waiting() const;

 private:
  class Core;

  const std::shared_ptr<Core> core_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WAITS_FILE_WAITER_H_
