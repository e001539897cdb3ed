#include "mcp_agent/policy/name_pattern.h"

#include <string>

#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(NamePatternTest, AStarStandsForAnyCharactersAndNone) {
  for (const char* pattern :
       {"spec-list", "spec-*", "*-list", "*", "**", "s*-*t", "spec-list*", "*spec-list", "*p*l*"}) {
    EXPECT_TRUE(MatchesPattern(pattern, "spec-list")) << pattern;
  }
}

TEST(NamePatternTest, WithoutAStarTheWholeNameMustBeThere) {
  for (const char* pattern : {"", "spec", "list", "spec-lis", "pec-list", "Spec-list", "spec-list-", "*-read",
                              "spec?list", "spec.list", "*x*"}) {
    EXPECT_FALSE(MatchesPattern(pattern, "spec-list")) << pattern;
  }
  EXPECT_TRUE(MatchesPattern("", ""));
  EXPECT_TRUE(MatchesPattern("*", ""));
}

TEST(NamePatternTest, ManyStarsAreNoTrap) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  EXPECT_FALSE(MatchesPattern(pattern + "b", std::string(1000, 'a')));
  EXPECT_TRUE(MatchesPattern(pattern, std::string(1000, 'a')));
}

}  // namespace
}  // namespace specrelay
