#include "dashboard/api/project_json.h"

#include <string>

#include "dashboard/api/steering_json.h"

namespace specrelay {
namespace {

Json MachineJson(const v1::Machine& machine) {
  return {{"machineId", machine.machine_id()}, {"hostName", machine.host_name()}, {"platform", machine.platform()}};
}

Json PolicyJson(const v1::AgentPolicy& policy) {
  return {{"readOnly", policy.read_only()},
          {"allowedCommands", TextsJson(policy.allowed_commands())},
          {"maxFileBytes", policy.max_file_bytes()},
          {"projectReadable", policy.project_readable()},
          {"readableRoots", TextsJson(policy.readable_roots())},
          {"decidingAccounts", TextsJson(policy.deciding_accounts())}};
}

Json ProjectJson(const v1::ProjectStatus& project) {
  Json instances = Json::array();
  for (const v1::AgentStatus& agent : project.agents()) {
    instances.push_back({{"pid", 0}, {"registeredAt", TimeJson(agent.connected_since())}});
  }
  return {{"projectId", project.project_id()},
          {"projectName", project.name()},
          {"projectPath", project.path()},
          {"instances", std::move(instances)},
          {"isActive", project.online()}};
}

}  // namespace

Json ProjectListJson(const v1::ListProjectsResponse& projects) {
  Json list = Json::array();
  for (const v1::ProjectStatus& project : projects.projects()) list.push_back(ProjectJson(project));
  return list;
}

Json ProjectInfoJson(const v1::ProjectInfoResponse& info) {
  return {{"projectId", info.project().project_id()},
          {"projectName", info.project().name()},
          {"projectPath", info.project().path()},
          {"steering", SteeringStatusJson(info.steering())},
          {"version", info.agent_version()}};
}

Json AgentListJson(const v1::ListAgentsResponse& agents) {
  Json list = Json::array();
  for (const v1::AgentStatus& agent : agents.agents()) {
    list.push_back({{"agentId", agent.agent_id()},
                    {"instanceUid", agent.instance_uid()},
                    {"projectId", agent.project_id()},
                    {"machine", MachineJson(agent.machine())},
                    {"version", agent.agent_version()},
                    {"connectedSince", TimeJson(agent.connected_since())},
                    {"lastHeartbeat", TimeJson(agent.last_heartbeat())},
                    {"inFlight", agent.in_flight()},
                    {"healthy", agent.healthy()},
                    {"policy", PolicyJson(agent.policy())}});
  }
  return list;
}

}  // namespace specrelay
