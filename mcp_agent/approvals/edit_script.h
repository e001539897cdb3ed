// Which elements of two sequences correspond.
//
// Source: E. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the greedy algorithm. Two additions keep
// time and space in bounds where sequences have little in common: elements that only one side has are set aside first,
// and a search that has gone through 256 edits keeps the path to the furthest point and begins anew there. The result
// is a shortest script up to that many edits and a correct one beyond. Time is O((N + M) D) with D capped at 256;
// space is O(N + M) and 256 KiB.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_EDIT_SCRIPT_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_EDIT_SCRIPT_H_

#include <vector>

namespace specrelay {

// For each element whether it has a partner in the other sequence. Both sides have equally many partners, and the k-th
// of one side equals the k-th of the other.
struct Correspondence {
  std::vector<bool> old_kept;
  std::vector<bool> new_kept;
};

// Compares two sequences of element ids, which are equal exactly when the elements are. Pure.
Correspondence Correspond(const std::vector<int>& old_ids, const std::vector<int>& new_ids);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_EDIT_SCRIPT_H_
