#include "dashboard/events/live_message.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"

namespace specrelay {
namespace {

constexpr absl::string_view kActivityRecord = "analytics/task-events.jsonl";

absl::string_view ChangeName(v1::FileChangeType change) {
  switch (change) {
    case v1::FILE_CHANGE_TYPE_CREATED:
      return "created";
    case v1::FILE_CHANGE_TYPE_DELETED:
      return "deleted";
    default:
      return "modified";
  }
}

Json Text(absl::string_view text) { return std::string(text); }

// The names that the path holds, as other paths of the API spell them.
void AddNames(const v1::FileChanged& file, Json& data) {
  const std::vector<absl::string_view> parts = absl::StrSplit(file.path(), '/');
  absl::Span<const absl::string_view> rest(parts);
  const bool archived = rest.size() > 1 && rest[0] == "archive";
  if (archived) rest.remove_prefix(1);
  if (rest.size() > 2 && rest[0] == "specs") {
    data["specName"] = Text(rest[1]);
    data["archived"] = archived;
    if (rest.size() == 3 && absl::EndsWith(rest[2], ".md")) data["document"] = Text(absl::StripSuffix(rest[2], ".md"));
  } else if (rest.size() == 2 && rest[0] == "steering") {
    data["document"] = Text(absl::StripSuffix(rest[1], ".md"));
  } else if (rest.size() > 2 && rest[0] == "approvals") {
    data["categoryName"] = Text(rest[1]);
    if (file.category() == v1::FILE_CATEGORY_APPROVAL) data["approvalId"] = Text(absl::StripSuffix(rest[2], ".json"));
  } else if (rest.size() == 2 && file.category() == v1::FILE_CATEGORY_QUESTION) {
    data["questionId"] = Text(absl::StripSuffix(rest[1], ".json"));
  }
}

Json FileJson(const v1::FileChanged& file) {
  Json data = {{"path", file.path()}, {"change", Text(ChangeName(file.change()))}};
  if (file.change() != v1::FILE_CHANGE_TYPE_DELETED) {
    data["hash"] = file.hash();
    data["sizeBytes"] = file.size_bytes();
    data["lastModified"] = TimeJson(file.last_modified());
  }
  AddNames(file, data);
  return data;
}

absl::string_view FileMessage(const v1::FileChanged& file) {
  switch (file.category()) {
    case v1::FILE_CATEGORY_SPEC:
    case v1::FILE_CATEGORY_TASKS:
    case v1::FILE_CATEGORY_ARCHIVE:
      return "spec-update";
    case v1::FILE_CATEGORY_STEERING:
      return "steering-update";
    case v1::FILE_CATEGORY_APPROVAL:
    case v1::FILE_CATEGORY_SNAPSHOT:
      return "approval-update";
    case v1::FILE_CATEGORY_QUESTION:
      return "question-update";
    case v1::FILE_CATEGORY_IMPLEMENTATION_LOG:
      return "implementation-log-update";
    default:
      return file.path() == kActivityRecord ? "activity" : "file-changed";
  }
}

std::vector<LiveMessage> FileMessages(const v1::FileChanged& file) {
  const Json data = FileJson(file);
  std::vector<LiveMessage> messages;
  if (file.category() == v1::FILE_CATEGORY_TASKS) messages.push_back({"task-status-update", data});
  messages.push_back({FileMessage(file), data});
  return messages;
}

std::vector<LiveMessage> PresenceMessages(const v1::Presence& presence) {
  const bool connected = presence.state() == v1::Presence::STATE_CONNECTED;
  absl::string_view change = "agent:updated";
  if (connected && presence.connected_instances() <= 1) change = "agent:created";
  if (!connected && presence.connected_instances() == 0) change = "agent:deleted";
  const Json ids = {{"agentId", presence.agent_id()}, {"instanceUid", presence.instance_uid()}};
  Json details = ids;
  details["state"] = connected ? "connected" : "disconnected";
  details["connectedInstances"] = presence.connected_instances();
  if (!presence.reason().empty()) details["reason"] = presence.reason();
  return {{change, ids}, {"projects-update", ids}, {"presence", std::move(details)}};
}

Json ActorJson(const v1::Actor& actor) {
  Json json = {{"account", actor.account()}, {"keyName", actor.key_name()}};
  if (!actor.client().empty()) json["client"] = actor.client();
  return json;
}

std::vector<LiveMessage> CommandMessages(const v1::CommandProgress& progress) {
  Json data = {
      {"requestId", progress.request_id()},
      {"command", progress.command()},
      {"state", std::string(absl::StripPrefix(v1::CommandState_Name(progress.state()), "COMMAND_STATE_"))},
  };
  if (!progress.reason().empty()) data["reason"] = progress.reason();
  if (!progress.path().empty()) data["path"] = progress.path();
  if (progress.has_actor()) data["actor"] = ActorJson(progress.actor());
  std::vector<LiveMessage> messages;
  // Jobs are kept outside of the tree, where no file change tells of them.
  if (progress.state() == v1::COMMAND_STATE_APPLIED && absl::StartsWith(progress.command(), "job-")) {
    messages.push_back({"job-update", {{"command", progress.command()}}});
  }
  messages.push_back({"command-state", std::move(data)});
  return messages;
}

std::vector<LiveMessage> JobMessages(const v1::JobProgress& progress) {
  Json data = {
      {"jobId", progress.job_id()},
      {"executionId", progress.execution_id()},
      {"state", std::string(absl::StripPrefix(v1::JobProgress::State_Name(progress.state()), "STATE_"))},
  };
  if (!progress.output().empty()) data["output"] = progress.output();
  if (progress.skipped_bytes() > 0) data["skippedBytes"] = progress.skipped_bytes();
  return {{"job-update", std::move(data)}};
}

}  // namespace

std::vector<LiveMessage> LiveMessagesOf(const v1::Event& event) {
  switch (event.body_case()) {
    case v1::Event::kFileChanged:
      return FileMessages(event.file_changed());
    case v1::Event::kPresence:
      return PresenceMessages(event.presence());
    case v1::Event::kResync:
      return {{"resync", {{"reason", event.resync().reason()}}}};
    case v1::Event::kCommandProgress:
      return CommandMessages(event.command_progress());
    case v1::Event::kJobProgress:
      return JobMessages(event.job_progress());
    case v1::Event::BODY_NOT_SET:
      return {};
  }
  return {};
}

}  // namespace specrelay
