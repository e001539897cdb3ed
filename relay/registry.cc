#include "relay/registry.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "proto/support/time.h"

namespace specrelay {

Instance* ProjectRecord::Primary() const {
  Instance* silent = nullptr;
  for (Instance* instance : instances) {
    if (instance->healthy()) return instance;
    if (silent == nullptr && !instance->leaving) silent = instance;
  }
  return silent;
}

absl::StatusOr<Instance*> Registry::Add(Instance instance) {
  const v1::Register& registration = instance.registration;
  const std::string& project_id = registration.project().project_id();
  ProjectsById& projects = accounts_[instance.account];
  auto it = projects.find(project_id);
  if (it == projects.end()) {
    if (static_cast<int>(projects.size()) >= limits_.projects_per_account && !ForgetLongestOffline(projects)) {
      return absl::ResourceExhaustedError(absl::StrCat("the account has ", limits_.projects_per_account,
                                                       " connected projects, its limit; stop an agent first"));
    }
    it = projects.emplace(project_id, std::make_unique<ProjectRecord>()).first;
    it->second->account = instance.account;
  }
  ProjectRecord& record = *it->second;
  if (static_cast<int>(record.instances.size()) >= limits_.instances_per_project) {
    return absl::ResourceExhaustedError(absl::StrCat("project ", project_id, " has ", limits_.instances_per_project,
                                                     " connected agents, its limit; stop one of them first"));
  }
  record.forgotten = false;
  record.project = registration.project();
  record.machine = registration.machine();

  instance.id = ++last_id_;
  auto owned = std::make_unique<Instance>(std::move(instance));
  Instance* added = owned.get();
  instances_.emplace(added->id, std::move(owned));
  record.instances.insert(record.instances.begin(), added);
  return added;
}

Instance* Registry::FindTwin(absl::string_view account, const v1::Register& registration) {
  const ProjectRecord* record = FindProject(account, registration.project().project_id());
  if (record == nullptr) return nullptr;
  for (Instance* instance : record->instances) {
    if (instance->registration.instance_uid() == registration.instance_uid()) return instance;
  }
  return nullptr;
}

std::unique_ptr<Instance> Registry::Remove(SessionId id, absl::Time now) {
  const auto it = instances_.find(id);
  if (it == instances_.end()) return nullptr;
  std::unique_ptr<Instance> removed = std::move(it->second);
  instances_.erase(it);
  ProjectRecord* record = FindProject(removed->account, removed->registration.project().project_id());
  auto& instances = record->instances;
  instances.erase(std::find(instances.begin(), instances.end(), removed.get()));
  if (instances.empty()) record->offline_since = now;
  return removed;
}

Instance* Registry::Find(SessionId id) {
  const auto it = instances_.find(id);
  return it == instances_.end() ? nullptr : it->second.get();
}

ProjectRecord* Registry::FindProject(absl::string_view account, absl::string_view project_id) {
  const auto projects = accounts_.find(account);
  if (projects == accounts_.end()) return nullptr;
  const auto it = projects->second.find(project_id);
  return it == projects->second.end() ? nullptr : it->second.get();
}

bool Registry::ForgetProject(absl::string_view account, absl::string_view project_id) {
  ProjectRecord* record = FindProject(account, project_id);
  if (record == nullptr || record->forgotten) return false;
  record->forgotten = true;
  if (record->instances.empty()) {
    auto& projects = accounts_[account];
    projects.erase(projects.find(project_id));
  }
  return true;
}

bool Registry::ForgetLongestOffline(ProjectsById& projects) {
  auto longest = projects.end();
  for (auto it = projects.begin(); it != projects.end(); ++it) {
    if (!it->second->instances.empty()) continue;
    if (longest == projects.end() || it->second->offline_since < longest->second->offline_since) longest = it;
  }
  if (longest == projects.end()) return false;
  projects.erase(longest);
  return true;
}

absl::Status UnknownProject(absl::string_view project_id) {
  return absl::NotFoundError(
      absl::StrCat("no project ", project_id, " is known; ListProjects names those whose agents have registered"));
}

v1::AgentStatus DescribeInstance(const Instance& instance) {
  const v1::Register& registration = instance.registration;
  v1::AgentStatus status;
  status.set_agent_id(registration.agent_id());
  status.set_instance_uid(registration.instance_uid());
  status.set_project_id(registration.project().project_id());
  *status.mutable_machine() = registration.machine();
  status.set_agent_version(registration.agent_version());
  *status.mutable_connected_since() = ToProto(instance.connected_since);
  *status.mutable_last_heartbeat() = ToProto(instance.last_seen);
  status.set_in_flight(instance.in_flight);
  status.set_healthy(instance.healthy());
  *status.mutable_policy() = registration.policy();
  return status;
}

v1::ProjectStatus DescribeProject(const ProjectRecord& record) {
  v1::ProjectStatus status;
  status.set_project_id(record.project.project_id());
  status.set_name(record.project.name());
  status.set_path(record.project.path());
  *status.mutable_machine() = record.machine;
  status.set_online(!record.instances.empty());
  if (!status.online()) *status.mutable_offline_since() = ToProto(record.offline_since);
  for (const Instance* instance : record.instances) *status.add_agents() = DescribeInstance(*instance);
  return status;
}

}  // namespace specrelay
