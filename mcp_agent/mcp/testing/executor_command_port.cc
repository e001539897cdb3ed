#include "mcp_agent/mcp/testing/executor_command_port.h"

#include <memory>

#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/time.h"
#include "specrelay/v1/agent_gateway.pb.h"

namespace specrelay {

void ExecutorCommandPort::Execute(const std::string& request_id, v1::Command command, absl::Duration timeout,
                                  Receiver receive) {
  {
    absl::MutexLock lock(&mu_);
    request_ids_.push_back(request_id);
  }
  if (observer_) observer_(command);
  v1::CommandDelivery delivery;
  delivery.set_request_id(request_id);
  *delivery.mutable_command() = std::move(command);
  *delivery.mutable_timeout() = ToProto(timeout);
  delivery.mutable_actor()->set_client("coding agent");
  harness_.executor().Execute(delivery, [receive = std::move(receive)](v1::CommandOutcome outcome) mutable {
    if (outcome.has_error()) return receive(FromCommandError(outcome.error()));
    receive(std::move(*outcome.mutable_result()));
  });
}

void ExecutorCommandPort::Cancel(const std::string& request_id) {
  harness_.executor().Cancel({request_id}, absl::CancelledError("the caller cancelled the command"));
}

std::string ExecutorCommandPort::DashboardLink(absl::string_view page) const {
  return base_.empty() ? "" : absl::StrCat(base_, page);
}

}  // namespace specrelay
