#include "dashboard/openapi/api_schemas.h"

namespace specrelay {
namespace {

Schema Machine() { return Object({{"machineId", Text()}, {"hostName", Text()}, {"platform", Text()}}); }

Schema Policy() {
  return Object({{"readOnly", Flag()},
                 {"allowedCommands", ListOf(Text())},
                 {"maxFileBytes", Count()},
                 {"projectReadable", Flag()},
                 {"readableRoots", ListOf(Text())},
                 {"decidingAccounts", ListOf(Text())}},
                "What the machine's owner lets remote people do");
}

}  // namespace

void AddProjectSchemas(Schema& schemas) {
  schemas["Project"] =
      Object({{"projectId", Text()},
              {"projectName", Text()},
              {"projectPath", Text("On the machine of its agent")},
              {"instances", ListOf(Object({{"pid", Count()}, {"registeredAt", Time()}}, "A connected agent"))},
              {"isActive", Flag("Whether an agent is connected")}});
  schemas["ProjectList"] = ListOf(Reference("Project"));
  Schema path = Text("Absolute path on the machine of its agent");
  path["examples"] = Schema::array({"/home/dev/p1"});
  schemas["ProjectPath"] = Object({{"projectPath", path}});
  schemas["ProjectAdded"] = Object({{"projectId", Text()}, {"success", Flag()}});
  schemas["SteeringStatus"] = Object(
      {{"exists", Flag()},
       {"documents", Object({{"product", Flag()}, {"tech", Flag()}, {"structure", Flag()}, {"principles", Flag()}})},
       {"lastModified?", Time()}});
  schemas["ProjectInfo"] = Object({{"projectId", Text()},
                                   {"projectName", Text()},
                                   {"projectPath", Text()},
                                   {"steering", Reference("SteeringStatus")},
                                   {"version", Text("Of the agent")}});
  schemas["Agent"] = Object({{"agentId", Text()},
                             {"instanceUid", Text("Names the process")},
                             {"projectId", Text()},
                             {"machine", Machine()},
                             {"version", Text()},
                             {"connectedSince", Time()},
                             {"lastHeartbeat", Time()},
                             {"inFlight", Count()},
                             {"healthy", Flag()},
                             {"policy", Policy()}});
  schemas["AgentList"] = ListOf(Reference("Agent"));
  schemas["Key"] = Object({{"id", Text()},
                           {"name", Text()},
                           {"role", Choice({"agent", "user", "viewer", "admin"})},
                           {"projectIds", ListOf(Text())},
                           {"createdAt", OrNull(Time())},
                           {"expiresAt", OrNull(Time())},
                           {"revokedAt", OrNull(Time())},
                           {"active", Flag("Neither revoked nor expired")}},
                          "A key of the account; no `projectIds` means all projects");
  schemas["KeyList"] = ListOf(Reference("Key"));
  schemas["RuntimeSettings"] = Object({{"version", Text()},
                                       {"protocolVersion", Count()},
                                       {"account", Text()},
                                       {"role", Choice({"user", "viewer", "admin"})},
                                       {"maxWaitMs", Count()},
                                       {"undoWindowMs", Count()},
                                       {"maxBatchIds", Count()}});
}

}  // namespace specrelay
