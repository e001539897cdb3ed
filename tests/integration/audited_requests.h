// What the audit of a tree says, held against the tree itself.
#ifndef SPECRELAY_TESTS_INTEGRATION_AUDITED_REQUESTS_H_
#define SPECRELAY_TESTS_INTEGRATION_AUDITED_REQUESTS_H_

#include <map>
#include <string>

#include "tests/integration/tree_contents.h"

namespace specrelay {

// Fails the test unless the audit is intact. Returns the number of its lines for each request id.
std::map<std::string, int> AuditedRequests(const TreeContents& tree);

// Fails the test unless each audited write started from what the one before left behind, and the last one of each file
// is what the file holds: then no write was lost, done twice, or done outside of the audit. Files that grow by
// appending are left out, for their audit does not say how they were.
void ExpectFilesAsAudited(const TreeContents& tree);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_AUDITED_REQUESTS_H_
