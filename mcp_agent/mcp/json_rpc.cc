#include "mcp_agent/mcp/json_rpc.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "proto/support/bounded_json.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

bool IsId(const Json& id) {
  return id.is_number_integer() || (id.is_string() && id.get_ref<const std::string&>().size() <= kMaxRpcIdBytes);
}

RpcRefusal Refuse(Json id, RpcErrorCode code, std::string message) {
  return RpcRefusal{std::move(id), RpcError{code, std::move(message)}};
}

RpcRefusal InvalidRequest(Json id, absl::string_view what) {
  return Refuse(std::move(id), RpcErrorCode::kInvalidRequest, absl::StrCat("Invalid Request: ", what));
}

// Names with values, counted without parsing. In a text that is no JSON the count may be off; the parser refuses that.
bool HasTooManyPairs(absl::string_view text) {
  int pairs = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == ':' && ++pairs > kMaxRpcPairs) {
      return true;
    }
  }
  return false;
}

RpcEntry ReadCall(Json& message, const Json& id, bool has_id) {
  Json params = Json::object();
  if (const auto found = message.find("params"); found != message.end()) {
    if (!found->is_structured()) return InvalidRequest(id, "\"params\" must be an object");
    if (found->is_array()) {
      return Refuse(id, RpcErrorCode::kInvalidParams, "Invalid params: MCP takes parameters by name, in an object");
    }
    params = std::move(*found);
  }
  std::string method = std::move(message["method"].get_ref<std::string&>());
  if (!has_id) return RpcNotification{std::move(method), std::move(params)};
  return RpcRequest{id, std::move(method), std::move(params)};
}

RpcEntry ReadEntry(Json message) {
  if (!message.is_object()) return InvalidRequest(nullptr, "a message must be an object");
  const auto found = message.find("id");
  const bool has_id = found != message.end();
  const bool valid_id = has_id && IsId(*found);
  const Json id = valid_id ? *found : Json(nullptr);
  const auto version = message.find("jsonrpc");
  if (version == message.end() || *version != "2.0") return InvalidRequest(id, "\"jsonrpc\" must be \"2.0\"");
  const auto method = message.find("method");
  if (method == message.end()) {
    if (message.contains("result") || message.contains("error")) return RpcResponse{};
    return InvalidRequest(id, "there is no \"method\"");
  }
  if (!method->is_string()) return InvalidRequest(id, "\"method\" must be a string");
  if (has_id && !valid_id) {
    return InvalidRequest(nullptr,
                          absl::StrCat("\"id\" must be an integer or a string of at most ", kMaxRpcIdBytes, " bytes"));
  }
  return ReadCall(message, id, has_id);
}

RpcLine OneEntry(RpcEntry entry) {
  RpcLine line;
  line.entries.push_back(std::move(entry));
  return line;
}

}  // namespace

RpcLine ReadRpcLine(absl::string_view line) {
  if (line.size() > kMaxRpcLineBytes) {
    return OneEntry(InvalidRequest(nullptr, absl::StrCat("the message is longer than ", kMaxRpcLineBytes, " bytes")));
  }
  if (HasTooManyPairs(line)) {
    return OneEntry(
        InvalidRequest(nullptr, absl::StrCat("the message has more than ", kMaxRpcPairs, " names with values")));
  }
  absl::StatusOr<Json> json = ParseBoundedJson(line, kMaxRpcDepth);
  if (!json.ok()) {
    return OneEntry(Refuse(nullptr, RpcErrorCode::kParseError, absl::StrCat("Parse error: ", json.status().message())));
  }
  if (!json->is_array()) return OneEntry(ReadEntry(*std::move(json)));
  if (json->empty()) return OneEntry(InvalidRequest(nullptr, "the batch is empty"));
  if (json->size() > kMaxRpcBatch) {
    return OneEntry(InvalidRequest(nullptr, absl::StrCat("a batch may have ", kMaxRpcBatch, " messages")));
  }
  RpcLine batch;
  batch.is_batch = true;
  for (Json& entry : *json) batch.entries.push_back(ReadEntry(std::move(entry)));
  return batch;
}

Json ResultMessage(const Json& id, Json result) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

Json ErrorMessage(const Json& id, const RpcError& error) {
  Json body = {{"code", static_cast<int>(error.code)}, {"message", error.message}};
  if (!error.data.is_null()) body["data"] = error.data;
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(body)}};
}

Json NotificationMessage(absl::string_view method, Json params) {
  Json message = {{"jsonrpc", "2.0"}, {"method", std::string(method)}};
  if (!params.empty()) message["params"] = std::move(params);
  return message;
}

std::string ToLine(const Json& message) {
  return message.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace specrelay
