// Waiting until a person has decided something that has a file of its own, without polling.
#ifndef SPECRELAY_MCP_AGENT_WAITS_DECISION_WAITER_H_
#define SPECRELAY_MCP_AGENT_WAITS_DECISION_WAITER_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/link/task_runner.h"
#include "mcp_agent/link/timers.h"
#include "mcp_agent/waits/file_waiter.h"

namespace specrelay {

// Gives FileWaiter the types of one kind of decision. `Kind` has the types `Subject`, `Request` (which has an id) and
// `Response`, a `kName` for messages ("approval"), `IsDecided(const Subject&)`, and `Put(const Subject&, Response&)`.
// The response says `resolved` and `deleted` and holds the subject, unless that was deleted.
//
// Threads, ownership and the ends of waits are FileWaiter's.
template <typename Kind>
class DecisionWaiter {
 public:
  using Subject = typename Kind::Subject;
  using Response = typename Kind::Response;
  // The subject of that id; NOT_FOUND when there is none.
  using Read = std::function<absl::StatusOr<Subject>(absl::string_view id)>;
  using Done = absl::AnyInvocable<void(absl::StatusOr<Response>)>;
  using Cancel = FileWaiter::Cancel;

  static constexpr int kMaxWaiters = FileWaiter::kMaxWaiters;

  DecisionWaiter(Read read, Timers& timers, TaskRunner& runner, int max_waiters = kMaxWaiters)
      : waiter_(
            Kind::kName, [read = std::move(read)](absl::string_view id) { return Look(read(id)); }, timers, runner,
            max_waiters) {}

  // As FileWaiter::Wait().
  Cancel Wait(const typename Kind::Request& request, absl::Duration timeout, Done done) {
    return waiter_.Wait(request.id(), timeout,
                        [done = std::move(done)](absl::StatusOr<FileWaiter::Ending> ending) mutable {
                          done(Answer(std::move(ending)));
                        });
  }

  void OnChanged(absl::string_view path) { waiter_.OnChanged(path); }
  void OnResync() { waiter_.OnResync(); }
  int waiting() const { return waiter_.waiting(); }

 private:
  static absl::StatusOr<FileWaiter::Seen> Look(absl::StatusOr<Subject> subject) {
    if (!subject.ok()) return subject.status();
    const bool decided = Kind::IsDecided(*subject);
    return FileWaiter::Seen{decided, std::make_shared<const Subject>(*std::move(subject))};
  }

  static absl::StatusOr<Response> Answer(absl::StatusOr<FileWaiter::Ending> ending) {
    if (!ending.ok()) return ending.status();
    Response response;
    response.set_resolved(ending->resolved);
    response.set_deleted(ending->deleted);
    if (!ending->deleted) Kind::Put(*static_cast<const Subject*>(ending->subject.get()), response);
    return response;
  }

  FileWaiter waiter_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_WAITS_DECISION_WAITER_H_
