// One entry of implementation-log.json. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_LOGS_LOG_ENTRY_JSON_H_
#define SPECRELAY_MCP_AGENT_LOGS_LOG_ENTRY_JSON_H_

#include "nlohmann/json.hpp"
#include "specrelay/v1/implementation_log.pb.h"

namespace specrelay {

// As existing tools write it.
nlohmann::ordered_json LogEntryToJson(const v1::ImplementationLogEntry& entry);

// Takes what is there and of the right kind; numbers are confined to 0 and the largest that the message can hold.
v1::ImplementationLogEntry LogEntryFromJson(const nlohmann::ordered_json& json);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LOGS_LOG_ENTRY_JSON_H_
