// The recorded project tree that many tests begin with.
#ifndef SPECRELAY_TESTS_SUPPORT_SAMPLE_TREE_H_
#define SPECRELAY_TESTS_SUPPORT_SAMPLE_TREE_H_

#include <string>

#include "absl/time/time.h"

namespace specrelay {

// Copies the recorded tree, with its times as they were recorded, into the directory `project`, which is made if it is
// missing. Throws, which fails the test, when the tree is not among its data.
void CopySampleTree(const std::string& project);

// The same with all times in its files moved by one span, so that the newest of them is `newest`: for tests with a real
// clock, in which the tree must not grow old.
void CopySampleTree(const std::string& project, absl::Time newest);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SUPPORT_SAMPLE_TREE_H_
