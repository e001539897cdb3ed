// The recorded tree in memory. For tests that Bazel runs with //tests/testdata:sample_tree as data.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_TESTING_SAMPLE_TREE_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_TESTING_SAMPLE_TREE_H_

#include "mcp_agent/tree/testing/memory_tree.h"

namespace specrelay {

// Puts every file of the recorded tree into `tree`. Aborts when it cannot be read.
void PutSampleTree(MemoryTree& tree);

inline constexpr char kSampleApproved[] = "approval_1795227691108_1b48edv3j";
inline constexpr char kSampleToRevise[] = "approval_1795227691095_vxha7e9ph";
inline constexpr char kSampleApprovals[] = "approvals/user-auth/";
inline constexpr char kSampleSnapshots[] = "approvals/user-auth/.snapshots/requirements.md/";

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_TESTING_SAMPLE_TREE_H_
