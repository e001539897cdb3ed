// Approvals in answers of tools. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_APPROVAL_SHAPES_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_APPROVAL_SHAPES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/mcp/tools/schema.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// What it is about and where it stands, with a link for people; for lists.
Json ApprovalSummarySchema();
Json ApprovalSummaryJson(const v1::Approval& approval, const CommandPort& port);

// The same with the decision.
SchemaProperties ApprovalProperties();
Json ApprovalJson(const v1::Approval& approval, const CommandPort& port);

// The decision with everything that the reviewer said, in words; where it stands while there is none.
std::string DescribeApproval(const v1::Approval& approval);

// What follows from where it stands.
std::vector<std::string> StepsAfter(const v1::Approval& approval, const CommandPort& port);

// Where people decide: "in the dashboard: LINK", or without a link just "in the dashboard".
std::string WhereToDecide(const CommandPort& port, absl::string_view approval_id);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_APPROVAL_SHAPES_H_
