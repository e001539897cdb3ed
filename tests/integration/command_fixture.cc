#include "tests/integration/command_fixture.h"

#include <signal.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "google/protobuf/util/message_differencer.h"
#include "proto/support/command_catalog.h"
#include "proto/support/command_error.h"
#include "proto/support/json.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/command_coverage.h"
#include "tests/support/sample_tree.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using testing::HasSubstr;

constexpr char kProjectAudit[] = "audit.jsonl";
constexpr char kMachineAudit[] = "machine/audit.jsonl";

std::string NameOf(const v1::Command& command) {
  const CommandInfo* info = FindCommand(command);
  return info == nullptr ? "" : std::string(info->name);
}

// Changes the first text in `message`, or else the first switch; false when it has neither.
bool Alter(Message& message) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->type() == FieldDescriptor::TYPE_STRING && field->is_repeated()) {
      if (reflection.FieldSize(message, field) == 0) continue;
      reflection.SetRepeatedString(&message, field, 0, reflection.GetRepeatedString(message, field, 0) + "x");
      return true;
    }
    if (field->is_repeated()) continue;
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      reflection.SetString(&message, field, reflection.GetString(message, field) + "x");
      return true;
    }
    if (field->type() == FieldDescriptor::TYPE_BOOL) {
      reflection.SetBool(&message, field, !reflection.GetBool(message, field));
      return true;
    }
    if (field->type() == FieldDescriptor::TYPE_MESSAGE && reflection.HasField(message, field) &&
        Alter(*reflection.MutableMessage(&message, field))) {
      return true;
    }
    if (field->type() == FieldDescriptor::TYPE_ENUM) {
      reflection.SetEnumValue(&message, field, 3 - reflection.GetEnumValue(message, field));
      return true;
    }
  }
  return false;
}

std::vector<nlohmann::json> NewLines(const std::string& before, const std::string& after) {
  std::vector<nlohmann::json> lines;
  EXPECT_TRUE(absl::StartsWith(after, before)) << "the audit was rewritten";
  std::istringstream stream(after.substr(std::min(before.size(), after.size())));
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false));
    EXPECT_TRUE(lines.back().is_object()) << line;
  }
  return lines;
}

// Takes the audit at `path` out of `image`.
std::string TakeAudit(const char* path, DiskImage& image) {
  const std::string audit = image[path];
  image.erase(path);
  return audit;
}

// Paths that an audit line says were changed.
std::set<std::string> AuditedPaths(const nlohmann::json& line) {
  std::set<std::string> paths;
  for (const nlohmann::json& effect : line["effects"]) {
    paths.insert(effect.value("path", ""));
    if (effect.contains("to")) paths.insert(effect.value("to", ""));
  }
  return paths;
}

bool IsWithin(absl::string_view path, const std::set<std::string>& audited) {
  return std::any_of(audited.begin(), audited.end(), [&](const std::string& directory) {
    return path == directory || absl::StartsWith(path, directory + "/");
  });
}

}  // namespace

void CommandFixture::SetUp() {
  ASSERT_OK_AND_ASSIGN(cluster_, Cluster::Start());
  user_ = std::make_unique<Client>(cluster_->grpc_address(), cluster_->KeyFor(Role::kUser));
  project_dir_ = cluster_->Path("project");
  CopySampleTree(project_dir_, absl::Now());
  ASSERT_OK_AND_ASSIGN(agent_, cluster_->StartAgent(project_dir_, kProject));
}

void CommandFixture::TearDown() {
  if (agent_ == nullptr || sent_.empty() || HasFailure()) return;
  const DiskImage before = Disk();
  ASSERT_NO_FATAL_FAILURE(RestartAgent(SIGKILL));
  EXPECT_THAT(DiskChanges(before, Disk()), testing::IsEmpty()) << "after the restart";
  for (const Sent& sent : sent_) ExpectSameAnswer(sent, "resent after the agent's restart");
  EXPECT_THAT(DiskChanges(before, Disk()), testing::IsEmpty()) << "after everything was sent again";
}

v1::ExecuteRequest CommandFixture::Request(absl::string_view command_json, absl::string_view request_id) const {
  v1::ExecuteRequest request;
  request.set_project_id(kProject);
  request.set_request_id(std::string(request_id));
  EXPECT_THAT(FromJson(command_json, *request.mutable_command()), IsOk()) << command_json;
  return request;
}

v1::CommandResult CommandFixture::Read(absl::string_view command_json) {
  const DiskImage before = Disk();
  const v1::ExecuteRequest request = Request(command_json, "");
  const absl::StatusOr<v1::ExecuteResponse> response = user_->Execute(request);
  EXPECT_THAT(response, IsOk()) << command_json;
  if (!response.ok()) return v1::CommandResult();
  const CommandInfo* info = FindCommand(request.command());
  EXPECT_EQ(info->access, v1::COMMAND_ACCESS_READ) << command_json;
  EXPECT_EQ(static_cast<int>(response->result().response_case()), info->field->number());
  EXPECT_THAT(DiskChanges(before, Disk()), testing::IsEmpty()) << command_json;
  CommandCoverage::Get().NoteGood(info->name);
  return response->result();
}

Performed CommandFixture::Perform(absl::string_view command_json) {
  Performed performed;
  performed.request_id = absl::StrCat("request-", ++last_request_);
  const v1::ExecuteRequest request = Request(command_json, performed.request_id);
  DiskImage before = Disk();
  const absl::StatusOr<v1::ExecuteResponse> response = user_->Execute(request);
  EXPECT_THAT(response, IsOk()) << command_json;
  if (!response.ok()) return performed;
  EXPECT_EQ(response->state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_EQ(response->request_id(), performed.request_id);
  performed.result = response->result();
  const DiskImage settled = Disk();
  DiskImage after = settled;
  for (const char* audit : {kProjectAudit, kMachineAudit}) {
    const std::string audit_before = TakeAudit(audit, before);
    for (nlohmann::json& line : NewLines(audit_before, TakeAudit(audit, after))) {
      performed.audit_lines.push_back(std::move(line));
    }
  }
  performed.changes = DiskChanges(before, after);

  const std::string name = NameOf(request.command());
  CommandCoverage::Get().NoteGood(name);
  sent_.push_back({request, performed.result});
  ExpectSameAnswer(sent_.back(), "resent at once");
  ExpectOtherContentRefused(sent_.back());
  EXPECT_THAT(DiskChanges(settled, Disk()), testing::IsEmpty()) << "resending had an effect: " << command_json;
  CommandCoverage::Get().NoteResent(name);
  return performed;
}

Performed CommandFixture::Write(absl::string_view command_json) {
  Performed performed = Perform(command_json);
  EXPECT_EQ(performed.audit_lines.size(), 1u) << command_json;
  if (performed.audit_lines.size() != 1) return performed;
  const nlohmann::json& line = performed.audit_lines[0];
  EXPECT_EQ(line.value("requestId", ""), performed.request_id);
  EXPECT_EQ(line.value("command", ""), NameOf(Request(command_json, "").command()));
  EXPECT_EQ(line.value("state", ""), "APPLIED");
  EXPECT_EQ(line["actor"].value("account", ""), "acme");
  EXPECT_EQ(line["actor"].value("keyName", ""), "user");
  EXPECT_FALSE(line.value("summary", "").empty());
  const std::set<std::string> audited = AuditedPaths(line);
  for (absl::string_view change : performed.changes) {
    change.remove_prefix(1);
    absl::ConsumePrefix(&change, "machine/");
    EXPECT_TRUE(IsWithin(change, audited)) << change << " is not on the record: " << line.dump();
  }
  return performed;
}

void CommandFixture::Refused(absl::string_view command_json, absl::StatusCode code, absl::string_view words) {
  const DiskImage before = Disk();
  const v1::ExecuteRequest request = Request(command_json, "");
  const absl::Status status = user_->Execute(request).status();
  EXPECT_THAT(status, IsStatus(code, HasSubstr(std::string(words)))) << command_json;
  if (status.ok()) return;
  refusal_ = ToCommandError(status);
  EXPECT_EQ(refusal_.code(), static_cast<int>(code));
  EXPECT_EQ(refusal_.state(),
            code == absl::StatusCode::kAborted ? v1::COMMAND_STATE_CONFLICT : v1::COMMAND_STATE_FAILED);
  EXPECT_FALSE(refusal_.request_id().empty()) << command_json;
  EXPECT_THAT(DiskChanges(before, Disk()), testing::IsEmpty()) << command_json;
  CommandCoverage::Get().NoteRefused(NameOf(request.command()));
}

void CommandFixture::ExpectSameAnswer(const Sent& sent, absl::string_view when) {
  const absl::StatusOr<v1::ExecuteResponse> again = user_->Execute(sent.request);
  ASSERT_THAT(again, IsOk()) << when << ": " << sent.request.command().ShortDebugString();
  EXPECT_EQ(again->state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(again->result(), sent.result))
      << when << ": " << again->result().ShortDebugString() << "\nbut was " << sent.result.ShortDebugString();
}

void CommandFixture::ExpectOtherContentRefused(const Sent& sent) {
  v1::ExecuteRequest other = sent.request;
  const CommandInfo* info = FindCommand(other.command());
  Message& content = *other.mutable_command()->GetReflection()->MutableMessage(other.mutable_command(), info->field);
  ASSERT_TRUE(Alter(content)) << "there is nothing to change in " << info->name;
  EXPECT_THAT(user_->Execute(other), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("request id")))
      << other.ShortDebugString();
}

std::string CommandFixture::AbsolutePath(absl::string_view path) const {
  if (absl::ConsumePrefix(&path, "machine/")) return absl::StrCat(machine_dir(), "/", path);
  if (absl::ConsumePrefix(&path, "../")) return absl::StrCat(project_dir_, "/", path);
  return absl::StrCat(project_dir_, "/.spec-context/", path);
}

std::string CommandFixture::File(absl::string_view path) const { return ReadFileOrDie(AbsolutePath(path)); }

void CommandFixture::PutFile(absl::string_view path, absl::string_view bytes) const {
  WriteFileOrDie(AbsolutePath(path), bytes);
}

nlohmann::ordered_json CommandFixture::JsonFile(absl::string_view path) const {
  auto json = nlohmann::ordered_json::parse(File(path), nullptr, /*allow_exceptions=*/false);
  EXPECT_TRUE(json.is_object()) << path;
  return json;
}

void CommandFixture::WaitInFlight(int count) {
  const absl::Time deadline = absl::Now() + kPatience;
  while (absl::Now() < deadline) {
    const absl::StatusOr<v1::ListAgentsResponse> agents = user_->ListAgents();
    if (agents.ok() && agents->agents_size() == 1 && agents->agents(0).in_flight() == count) return;
  }
  FAIL() << "the agent never had " << count << " commands in flight";
}

void CommandFixture::RestartAgent(int signal) {
  agent_->Signal(signal);
  ASSERT_THAT(agent_->Wait(kPatience), IsOk());
  ASSERT_THAT(cluster_->WaitForAgents(kProject, 0), IsOk());
  ASSERT_OK_AND_ASSIGN(agent_, cluster_->StartAgent(project_dir_, kProject));
}

DiskImage CommandFixture::Disk() const { return ReadDisk(project_dir_, machine_dir()); }

std::vector<std::string> KeysOf(const nlohmann::ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

}  // namespace specrelay
