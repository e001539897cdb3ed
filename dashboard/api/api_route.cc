#include "dashboard/api/api_route.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/optional.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// Of a result whose JSON takes long to write.
constexpr size_t kLargeResultBytes = 256 << 10;

std::string SchemaReference(absl::string_view name) {
  return name.empty() ? "" : absl::StrCat(R"({"$ref":"#/components/schemas/)", name, "\"}");
}

Route RouteOf(const ApiRouteSpec& spec) {
  Route route;
  route.method = std::string(spec.method);
  route.pattern = std::string(spec.pattern);
  route.access = spec.access;
  route.summary = std::string(spec.summary);
  route.request_schema = SchemaReference(spec.request_schema);
  route.response_schema = SchemaReference(spec.response_schema);
  route.statuses.assign(spec.statuses.begin(), spec.statuses.end());
  route.query = spec.query;
  return route;
}

HttpResponse ResponseOf(const ApiCall& call, absl::StatusOr<HttpResponse> response) {
  return response.ok() ? *std::move(response) : call.Failure(response.status());
}

// How a command has ended. Thread-safe.
class Outcome {
 public:
  void Set(v1::CommandStatus status) {
    absl::MutexLock lock(&mu_);
    status_ = std::move(status);
  }

  absl::optional<v1::CommandStatus> Take() {
    absl::MutexLock lock(&mu_);
    return std::exchange(status_, absl::nullopt);
  }

  size_t bytes() const {
    absl::MutexLock lock(&mu_);
    return status_.has_value() ? status_->ByteSizeLong() : 0;
  }

 private:
  mutable absl::Mutex mu_;
  absl::optional<v1::CommandStatus> status_ ABSL_GUARDED_BY(mu_);
};

class PendingQuery final : public PendingResponse {
 public:
  PendingQuery(ApiServices& services, const CallContext& context, const ApiQuery& query)
      : call_(services, context), query_(query) {}

  ~PendingQuery() override {
    if (ticket_.has_value()) call_.services().client.relay().Abandon(*ticket_);
  }

  void Begin(std::function<void()> ready) override {
    failure_ = Send(ready);
    if (!failure_.ok()) ready();
  }

  bool IsLarge() const override { return outcome_->bytes() > kLargeResultBytes; }

  HttpResponse Finish() override { return ResponseOf(call_, Answer()); }

 private:
  absl::Status Send(const std::function<void()>& ready) {
    ASSIGN_OR_RETURN(v1::Command command, query_.command(call_));
    ASSIGN_OR_RETURN(
        ticket_, call_.services().client.Begin(call_.caller(), call_.RequestFor(call_.project_id(), std::move(command)),
                                               [outcome = outcome_, ready](v1::CommandStatus status) {
                                                 outcome->Set(std::move(status));
                                                 ready();
                                               }));
    return absl::OkStatus();
  }

  absl::StatusOr<HttpResponse> Answer() {
    RETURN_IF_ERROR(failure_);
    absl::optional<v1::CommandStatus> status = outcome_->Take();
    if (status.has_value()) ticket_.reset();  // nobody waits any more
    ASSIGN_OR_RETURN(const v1::CommandResult result, ApiCall::ResultOf(RelayClient::OutcomeOf(std::move(status))));
    return query_.answer(call_, result);
  }

  const ApiCall call_;
  const ApiQuery query_;
  const std::shared_ptr<Outcome> outcome_ = std::make_shared<Outcome>();
  absl::Status failure_;                  // to send
  absl::optional<CommandTicket> ticket_;  // while nobody has taken the outcome
};

}  // namespace

Route ApiRoute(ApiServices& services, const ApiRouteSpec& spec, ApiHandler handler) {
  Route route = RouteOf(spec);
  route.handler = [&services, handler](const CallContext& context) {
    const ApiCall call(services, context);
    return ResponseOf(call, handler(call));
  };
  return route;
}

Route ApiRoute(ApiServices& services, const ApiRouteSpec& spec, ApiQuery query) {
  Route route = RouteOf(spec);
  route.begin = [&services, query](const CallContext& context) {
    return std::make_unique<PendingQuery>(services, context, query);
  };
  return route;
}

}  // namespace specrelay
