#include "mcp_agent/mcp/mcp_server.h"

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/rpc_batch.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/log.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMaxClientNameBytes = 100;

// A text of `object`, or nothing.
std::string Text(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

std::string ClientName(const Json& params) {
  const auto info = params.find("clientInfo");
  if (info == params.end() || !info->is_object()) return "";
  std::string name = Text(*info, "name");
  if (const std::string version = Text(*info, "version"); !version.empty()) absl::StrAppend(&name, " ", version);
  return ReplaceInvalidUtf8(name.substr(0, kMaxClientNameBytes));
}

RpcError InvalidParams(absl::string_view what) {
  return {RpcErrorCode::kInvalidParams, absl::StrCat("Invalid params: ", what)};
}

}  // namespace

McpServer::McpServer(McpServerOptions options, McpServerDependencies dependencies)
    : options_(std::move(options)),
      dependencies_(std::move(dependencies)),
      calls_(options_.max_calls),
      log_(dependencies_.sink) {
  for (Feature* feature : dependencies_.features) feature->AddMethods(methods_);
}

void McpServer::OnLine(absl::string_view line) {
  if (line.find_first_not_of(" \t\r") == absl::string_view::npos) return;
  RpcLine read = ReadRpcLine(line);
  if (!read.is_batch) return OnEntry(std::move(read.entries.front()), std::make_shared<RpcBatch>(dependencies_.sink));
  if (state_ == State::kNew || !HasBatches(version_)) {
    const RpcError error{RpcErrorCode::kInvalidRequest,
                         "Invalid Request: batches exist in protocol version 2025-03-26 only; send one message a line"};
    dependencies_.sink.Send(ToLine(ErrorMessage(nullptr, error)));
    return;
  }
  const auto batch = std::make_shared<RpcBatch>(dependencies_.sink, read.entries.size());
  for (RpcEntry& entry : read.entries) OnEntry(std::move(entry), batch);
}

void McpServer::OnTooLongLine() {
  const RpcError error{RpcErrorCode::kInvalidRequest,
                       absl::StrCat("Invalid Request: the message is longer than ", kMaxRpcLineBytes, " bytes")};
  dependencies_.sink.Send(ToLine(ErrorMessage(nullptr, error)));
}

void McpServer::OnEntry(RpcEntry entry, const std::shared_ptr<RpcBatch>& batch) {
  if (RpcRequest* request = absl::get_if<RpcRequest>(&entry)) return OnRequest(std::move(*request), batch);
  if (const RpcRefusal* refusal = absl::get_if<RpcRefusal>(&entry)) {
    return batch->Add(ErrorMessage(refusal->id, refusal->error));
  }
  if (const RpcNotification* notification = absl::get_if<RpcNotification>(&entry)) OnNotification(*notification);
  batch->Add(absl::nullopt);
}

void McpServer::OnNotification(const RpcNotification& notification) {
  if (notification.method == "notifications/initialized" && state_ == State::kInitialized) {
    TransitionTo(State::kReady);
  } else if (notification.method == "notifications/cancelled") {
    const auto id = notification.params.find("requestId");
    if (id != notification.params.end()) calls_.TakeBack(*id);
  }
}

void McpServer::OnRequest(RpcRequest request, const std::shared_ptr<RpcBatch>& batch) {
  const auto method = methods_.find(request.method);
  if (method != methods_.end() && state_ != State::kNew) {
    return BeginCall(method->second, std::move(request), batch);
  }
  RpcReply reply = AnswerAtOnce(request);
  if (const RpcError* error = absl::get_if<RpcError>(&reply)) {
    batch->Add(ErrorMessage(request.id, *error));
  } else {
    batch->Add(ResultMessage(request.id, std::move(absl::get<Json>(reply))));
  }
  // After the answer, which nothing may delay.
  if (request.method == "initialize" && absl::holds_alternative<Json>(reply)) {
    log_.Open();
    options_.on_initialize(ClientName(request.params));
  }
}

RpcReply McpServer::AnswerAtOnce(const RpcRequest& request) {
  if (request.method == "ping") return Json::object();
  if (request.method == "initialize") return Initialize(request.params);
  if (state_ == State::kNew) {
    return RpcError{RpcErrorCode::kInvalidRequest, "Invalid Request: send \"initialize\" first"};
  }
  if (request.method == "logging/setLevel") return SetLogLevel(request.params);
  return RpcError{RpcErrorCode::kMethodNotFound, absl::StrCat("Method not found: ", Quoted(request.method))};
}

RpcReply McpServer::Initialize(const Json& params) {
  if (state_ != State::kNew) return RpcError{RpcErrorCode::kInvalidRequest, "Invalid Request: already initialized"};
  const std::string requested = Text(params, "protocolVersion");
  if (requested.empty()) return InvalidParams("\"protocolVersion\" is missing");
  version_ = NegotiateProtocolVersion(requested);
  Json capabilities = {{"logging", Json::object()}};
  for (const Feature* feature : dependencies_.features) feature->Declare(version_, capabilities);
  Json info = {{"name", options_.name}};
  if (HasStructuredContent(version_)) info["title"] = options_.title;
  info["version"] = options_.version;
  if (HasServerDescription(version_)) info["description"] = options_.description;
  TransitionTo(State::kInitialized);
  return Json{{"protocolVersion", std::string(ProtocolVersionName(version_))},
              {"capabilities", std::move(capabilities)},
              {"serverInfo", std::move(info)},
              {"instructions", options_.instructions}};
}

RpcReply McpServer::SetLogLevel(const Json& params) {
  const absl::optional<ClientLogLevel> level = ParseClientLogLevel(Text(params, "level"));
  if (!level.has_value()) {
    return InvalidParams("\"level\" must be debug, info, notice, warning, error, critical, alert or emergency");
  }
  log_.SetLevel(*level);
  return Json::object();
}

void McpServer::TransitionTo(State state) {
  Log(LogLevel::kDebug, "mcp state",
      {{"to", state == State::kReady ? "ready" : "initialized"},
       {"version", std::string(ProtocolVersionName(version_))}});
  state_ = state;
}

// --- Calls ----------------------------------------------------------------------------------------------------------

void McpServer::BeginCall(const MethodHandler& handler, RpcRequest request, const std::shared_ptr<RpcBatch>& batch) {
  auto call = std::make_shared<ActiveCall>(absl::StrCat(options_.call_prefix, "-", ++call_count_), request.id,
                                           request.params, version_, dependencies_.sink,
                                           [batch](absl::optional<Json> message) { batch->Add(std::move(message)); });
  switch (calls_.Add(call)) {
    case CallTable::Admission::kAdmitted:
      break;
    case CallTable::Admission::kDuplicateId:
      // Without the id, so that it does not answer the call that has it.
      return batch->Add(ErrorMessage(
          nullptr, {RpcErrorCode::kInvalidRequest,
                    absl::StrCat("Invalid Request: the id ", ToLine(request.id), " is that of a request under way")}));
    case CallTable::Admission::kTooMany:
      return batch->Add(ErrorMessage(
          request.id, {RpcErrorCode::kBusy, absl::StrCat(calls_.max_open(),
                                                         " calls are under way already; wait until some have "
                                                         "ended, or cancel waits that are no longer needed")}));
  }
  const auto cost = static_cast<int64_t>(ToLine(request.params).size());
  const bool queued = dependencies_.runner.TrySubmit(
      cost, [this, &handler, params = std::move(request.params), call] { RunCall(handler, params, call); });
  if (queued) return;
  calls_.Release(*call);
  call->Answer(RpcError{RpcErrorCode::kBusy, "too much waits to be worked on; send the request again in a moment"});
  calls_.End();
}

void McpServer::RunCall(const MethodHandler& handler, const Json& params, const std::shared_ptr<ActiveCall>& call) {
  // Answered once, whether by the handler or for it.
  const auto ended = std::make_shared<std::atomic<bool>>(false);
  const auto respond = [this, call, ended](RpcReply reply) {
    if (ended->exchange(true)) return;
    calls_.Release(*call);
    call->Answer(std::move(reply));
    calls_.End();
  };
  try {
    handler(params, call, respond);
  } catch (const std::exception& e) {
    Log(LogLevel::kError, "mcp call threw", {{"what", e.what()}});
    respond(RpcError{RpcErrorCode::kInternalError, absl::StrCat("Internal error: ", e.what(), "; please report this")});
  }
}

// --- Notifications --------------------------------------------------------------------------------------------------

void McpServer::Notify(absl::string_view method, Json params) {
  if (state_ != State::kReady) return;
  dependencies_.sink.TrySend(ToLine(NotificationMessage(method, std::move(params))));
}

void McpServer::Say(ClientLogLevel level, absl::string_view logger, absl::string_view text) {
  log_.Say(dependencies_.clock.Now(), level, logger, text);
}

}  // namespace specrelay
