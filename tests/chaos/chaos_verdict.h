// Whether every write of a chaos run had the effect that its sender was told of.
#ifndef SPECRELAY_TESTS_CHAOS_CHAOS_VERDICT_H_
#define SPECRELAY_TESTS_CHAOS_CHAOS_VERDICT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/chaos/chaos_load.h"

namespace specrelay {

struct ChaosVerdict {
  int64_t acknowledged = 0;
  int64_t refused = 0;
  int64_t lost = 0;                  // acknowledged, and not there
  int64_t doubled = 0;               // there, or on the record, more than once
  int64_t unwanted = 0;              // refused, and there all the same
  int64_t stuck = 0;                 // without an end
  std::vector<std::string> details;  // of what is wrong, for people

  bool good() const { return lost == 0 && doubled == 0 && unwanted == 0 && stuck == 0 && details.empty(); }
};

// Looks at the trees on disk, outside of any agent, when nobody writes any longer. `tree_of` gives the tree of a
// project.
ChaosVerdict Judge(const std::vector<ChaosWrite>& writes, const std::vector<std::string>& projects,
                   const std::function<std::string(const std::string&)>& tree_of);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_CHAOS_CHAOS_VERDICT_H_
