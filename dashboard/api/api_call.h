// One call of the HTTP contract, as its handler sees it: parameters, body, conditions, and commands to the project.
#ifndef SPECRELAY_DASHBOARD_API_API_CALL_H_
#define SPECRELAY_DASHBOARD_API_API_CALL_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "dashboard/api/json_values.h"
#include "dashboard/api/relay_client.h"
#include "dashboard/api/request_body.h"
#include "dashboard/api/wait_slots.h"
#include "dashboard/http/route.h"
#include "proto/support/clock.h"
#include "relay/key_store.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// What the handlers work with. Outlives every call.
struct ApiServices {
  ApiServices(Relay& relay, const KeyStore& key_store, const Clock& system_clock, int max_waiting)
      : client(relay), keys(key_store), clock(system_clock), waits(max_waiting) {}

  const RelayClient client;
  const KeyStore& keys;
  const Clock& clock;
  WaitSlots waits;  // of requests that hold a thread for longer than a command usually takes
};

// A default answer: 200 with a JSON body.
HttpResponse JsonAnswer(const Json& json, int status = 200);

// {"success": true, "message": …}
HttpResponse SuccessAnswer(absl::string_view message);

// How long a command may usually take.
inline constexpr absl::Duration kCommandTimeout = absl::Seconds(30);

// Used by one thread.
class ApiCall {
 public:
  ApiCall(ApiServices& services, const CallContext& context) : services_(services), context_(context) {}

  ApiServices& services() const { return services_; }
  const Caller& caller() const { return context_.caller; }
  const std::string& request_id() const { return context_.request_id; }

  // A parameter of the path, which the route's pattern must have.
  const std::string& Path(absl::string_view name) const;
  const std::string& project_id() const { return Path("projectId"); }

  // A parameter after "?"; empty when absent.
  std::string Query(absl::string_view name) const;
  // The same as a whole number that is not negative; INVALID_ARGUMENT for anything else.
  absl::StatusOr<int32_t> QueryCount(absl::string_view name, int32_t otherwise) const;

  absl::StatusOr<RequestBody> Body() const { return RequestBody::Parse(context_.request.body); }

  // Sends a command to a project, the path's unless another is named, and waits for the result. A write goes under the
  // call's request id; reads have ids of their own, because each is to be answered anew. A command that the relay keeps
  // for later fails with UNAVAILABLE and the state QUEUED in its CommandError, which is answered as 202.
  absl::StatusOr<v1::CommandResult> Run(v1::Command command, absl::Duration timeout = kCommandTimeout) const;
  absl::StatusOr<v1::CommandResult> RunIn(absl::string_view project_id, v1::Command command,
                                          absl::Duration timeout = kCommandTimeout) const;

  // What Run() sends, and what it makes of the outcome.
  v1::ExecuteRequest RequestFor(absl::string_view project_id, v1::Command command,
                                absl::Duration timeout = kCommandTimeout) const;
  static absl::StatusOr<v1::CommandResult> ResultOf(absl::StatusOr<v1::CommandStatus> outcome);

  // The version that a write is conditional on: from If-Match; the empty string for `If-None-Match: *`; nothing when
  // it is unconditional. INVALID_ARGUMENT for a list of tags, a weak tag, or `If-Match: *`.
  absl::StatusOr<absl::optional<std::string>> BaseHash() const;

  // `json` with the ETag of `hash`, or 304 when the client has it already.
  HttpResponse Tagged(const Json& json, absl::string_view hash) const;
  // The same for JSON text, which is made only when the client does not have it.
  HttpResponse TaggedText(absl::FunctionRef<std::string()> json_text, absl::string_view hash) const;

  // Gives an answer to a write the ETag of what was written.
  void SetTag(absl::string_view hash, HttpResponse& response) const;

  // The answer to a call that failed.
  HttpResponse Failure(const absl::Status& status) const;

 private:
  // Whether the call failed because no agent is there for it.
  bool IsOffline(const absl::Status& status) const;

  ApiServices& services_;
  const CallContext& context_;
};

// `status`, with `code` instead of NOT_FOUND when it was the agent that did not find something, and not the relay that
// did not find the project.
absl::Status IfAgentDoesNotFind(const absl::Status& status, absl::StatusCode code);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_API_CALL_H_
