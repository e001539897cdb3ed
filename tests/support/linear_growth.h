// Tells work that grows in proportion to its input from work that grows faster, without trusting the clock of a busy
// machine: it compares two sizes of the same input instead of holding one against a limit. Thread-safe.
#ifndef SPECRELAY_TESTS_SUPPORT_LINEAR_GROWTH_H_
#define SPECRELAY_TESTS_SUPPORT_LINEAR_GROWTH_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "gtest/gtest.h"

namespace specrelay {

// Success when the processor time that `work` needs grows by clearly less than the square of the input's growth, from
// 64 KiB to 512 KiB of `unit` repeated between `head` and `tail`. Prints what it measured under `name`.
testing::AssertionResult GrowsLinearly(const std::string& name, const std::string& head, const std::string& unit,
                                       const std::string& tail, absl::FunctionRef<void(const std::string&)> work);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SUPPORT_LINEAR_GROWTH_H_
