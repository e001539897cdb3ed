#include "mcp_agent/mcp/project_port.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "proto/support/command_error.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr char kKeyName[] = "this machine";

// A path with all that could mean something else in a URL escaped.
std::string UrlPath(absl::string_view path) {
  std::string escaped;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || absl::string_view("-._~/").find(c) != absl::string_view::npos) {
      escaped.push_back(c);
    } else {
      absl::StrAppendFormat(&escaped, "%%%02X", byte);
    }
  }
  return escaped;
}

}  // namespace

void ProjectPort::Execute(const std::string& request_id, v1::Command command, absl::Duration timeout,
                          Receiver receive) {
  const absl::StatusOr<ProjectHost*> host = host_();
  if (!host.ok()) return receive(host.status());
  v1::CommandDelivery delivery;
  delivery.set_request_id(request_id);
  *delivery.mutable_command() = std::move(command);
  *delivery.mutable_timeout() = ToProto(timeout);
  delivery.mutable_actor()->set_key_name(kKeyName);
  {
    absl::MutexLock lock(&mu_);
    delivery.mutable_actor()->set_client(client_);
  }
  (*host)->Execute(delivery, [receive = std::move(receive)](v1::CommandOutcome outcome) mutable {
    if (outcome.has_error()) return receive(FromCommandError(outcome.error()));
    receive(std::move(*outcome.mutable_result()));
  });
}

void ProjectPort::Cancel(const std::string& request_id) {
  const absl::StatusOr<ProjectHost*> host = host_();
  if (host.ok()) (*host)->Cancel({request_id}, absl::CancelledError("taken back"));
}

std::string ProjectPort::DashboardLink(absl::string_view page) const {
  absl::MutexLock lock(&mu_);
  if (dashboard_url_.empty()) return "";
  return absl::StrCat(dashboard_url_, "/p/", UrlPath(project_.project_id()), "/", UrlPath(page));
}

std::string ProjectPort::RelayRemark() const {
  absl::MutexLock lock(&mu_);
  return relay_remark_;
}

void ProjectPort::SetClient(absl::string_view client) {
  absl::MutexLock lock(&mu_);
  client_ = std::string(client);
}

void ProjectPort::SetDashboardUrl(absl::string_view url) {
  absl::MutexLock lock(&mu_);
  dashboard_url_ = std::string(url);
}

void ProjectPort::SetRelayRemark(absl::string_view remark) {
  absl::MutexLock lock(&mu_);
  relay_remark_ = std::string(remark);
}

}  // namespace specrelay
