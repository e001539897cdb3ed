// JSON-RPC 2.0 messages: reading what a stranger sent, and making what goes back.
//
// Sources: JSON-RPC 2.0 Specification; Model Context Protocol, "Base protocol", which narrows it: ids are strings or
// integers, and parameters are objects. All functions are pure.
#ifndef SPECRELAY_MCP_AGENT_MCP_JSON_RPC_H_
#define SPECRELAY_MCP_AGENT_MCP_JSON_RPC_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/variant.h"
#include "nlohmann/json.hpp"

namespace specrelay {

enum class RpcErrorCode : int {
  kParseError = -32700,
  kInvalidRequest = -32600,
  kMethodNotFound = -32601,
  kInvalidParams = -32602,
  kInternalError = -32603,
  kBusy = -32000,              // too much is under way
  kResourceNotFound = -32002,  // MCP's own
};

struct RpcError {
  RpcErrorCode code = RpcErrorCode::kInternalError;
  std::string message;
  nlohmann::ordered_json data = nullptr;  // left out when null
};

struct RpcRequest {
  nlohmann::ordered_json id;  // a string or an integer
  std::string method;
  nlohmann::ordered_json params = nlohmann::ordered_json::object();
};

struct RpcNotification {
  std::string method;
  nlohmann::ordered_json params = nlohmann::ordered_json::object();
};

// An answer to a request of ours, which has none: nothing is to be done.
struct RpcResponse {};

// What is no message, and gets this error in return.
struct RpcRefusal {
  nlohmann::ordered_json id = nullptr;
  RpcError error;
};

using RpcEntry = absl::variant<RpcRequest, RpcNotification, RpcResponse, RpcRefusal>;

// What a line held: one entry, or those of a batch.
struct RpcLine {
  bool is_batch = false;
  std::vector<RpcEntry> entries;
};

// Bounds of what is read.
inline constexpr size_t kMaxRpcLineBytes = 4 << 20;
inline constexpr int kMaxRpcDepth = 64;
inline constexpr int kMaxRpcPairs = 10'000;  // names with values, in one line; objects are searched name by name
inline constexpr size_t kMaxRpcIdBytes = 256;
inline constexpr size_t kMaxRpcBatch = 64;

// `line` is without its line end.
RpcLine ReadRpcLine(absl::string_view line);

nlohmann::ordered_json ResultMessage(const nlohmann::ordered_json& id, nlohmann::ordered_json result);
nlohmann::ordered_json ErrorMessage(const nlohmann::ordered_json& id, const RpcError& error);
nlohmann::ordered_json NotificationMessage(absl::string_view method, nlohmann::ordered_json params);

// `message` in one line, without the line end. Bytes that are not UTF-8 become U+FFFD.
std::string ToLine(const nlohmann::ordered_json& message);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_JSON_RPC_H_
