// Failures of commands as errors of JSON-RPC. Pure.
#ifndef SPECRELAY_MCP_AGENT_MCP_RPC_ERRORS_H_
#define SPECRELAY_MCP_AGENT_MCP_RPC_ERRORS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/active_call.h"
#include "mcp_agent/mcp/json_rpc.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// What the caller did wrong is a wrong parameter; the rest is ours.
inline RpcError ErrorOf(const absl::Status& status) {
  if (absl::IsInvalidArgument(status) || absl::IsNotFound(status)) {
    return {RpcErrorCode::kInvalidParams, absl::StrCat("Invalid params: ", status.message())};
  }
  if (absl::IsResourceExhausted(status)) return {RpcErrorCode::kBusy, std::string(status.message())};
  return {RpcErrorCode::kInternalError, std::string(status.message())};
}

// MCP's own error for a resource that does not exist.
inline RpcError ResourceNotFound(const absl::Status& status, const std::string& uri) {
  return {RpcErrorCode::kResourceNotFound, absl::StrCat("Resource not found: ", status.message()), {{"uri", uri}}};
}

inline RpcReply ReplyOf(absl::StatusOr<nlohmann::ordered_json> result) {
  if (!result.ok()) return ErrorOf(result.status());
  return *std::move(result);
}

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_RPC_ERRORS_H_
