#include "mcp_agent/mcp/active_call.h"

#include <limits>
#include <utility>

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

Json ProgressToken(const Json& params) {
  const auto meta = params.find("_meta");
  if (meta == params.end() || !meta->is_object()) return nullptr;
  const auto token = meta->find("progressToken");
  if (token == meta->end() || !(token->is_string() || token->is_number_integer())) return nullptr;
  return *token;
}

}  // namespace

ActiveCall::ActiveCall(std::string id, Json rpc_id, const Json& params, ProtocolVersion version, MessageSink& sink,
                       Deliver deliver)
    : id_(std::move(id)),
      rpc_id_(std::move(rpc_id)),
      progress_token_(ProgressToken(params)),
      version_(version),
      sink_(sink),
      deliver_(std::move(deliver)),
      progress_(std::numeric_limits<double>::lowest()) {}

void ActiveCall::ReportProgress(double progress, absl::optional<double> total, absl::string_view message) {
  if (progress_token_.is_null()) return;
  Json params = {{"progressToken", progress_token_}, {"progress", progress}};
  if (total.has_value()) params["total"] = *total;
  if (!message.empty() && HasAnnotations(version_)) params["message"] = std::string(message);
  std::string line = ToLine(NotificationMessage("notifications/progress", std::move(params)));
  // Queued under the lock, so that no report comes after the answer.
  absl::MutexLock lock(&mu_);
  if (closed_ || progress <= progress_) return;
  progress_ = progress;
  sink_.TrySend(std::move(line));
}

void ActiveCall::OnCancel(absl::AnyInvocable<void()> on_cancel) {
  absl::AnyInvocable<void()> former;  // destroyed without the lock, like the new one when it comes too late
  {
    absl::MutexLock lock(&mu_);
    if (!ending_) {
      if (!closed_) former = std::exchange(on_cancel_, std::move(on_cancel));
      return;
    }
  }
  if (on_cancel) on_cancel();
}

bool ActiveCall::Close() {
  absl::MutexLock lock(&mu_);
  if (closed_) return false;
  closed_ = true;
  return true;
}

void ActiveCall::Answer(RpcReply reply) {
  if (!Close()) return;
  if (const RpcError* error = absl::get_if<RpcError>(&reply)) {
    deliver_(ErrorMessage(rpc_id_, *error));
  } else {
    deliver_(ResultMessage(rpc_id_, std::move(absl::get<Json>(reply))));
  }
  // What it refers to may refer to this call.
  absl::AnyInvocable<void()> unused;
  absl::MutexLock lock(&mu_);
  unused = std::exchange(on_cancel_, nullptr);
}

void ActiveCall::TakeBack() {
  if (!Close()) return;
  deliver_(absl::nullopt);
  EndWait();
}

void ActiveCall::EndWait() {
  absl::AnyInvocable<void()> on_cancel;
  {
    absl::MutexLock lock(&mu_);
    if (std::exchange(ending_, true)) return;
    on_cancel = std::exchange(on_cancel_, nullptr);
  }
  if (on_cancel) on_cancel();
}

}  // namespace specrelay
