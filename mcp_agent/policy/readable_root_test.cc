#include "mcp_agent/policy/readable_root.h"

#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(ReadableRootTest, SpellingsOfOneDirectoryAreOne) {
  for (const char* root : {"src", "src/", "./src", "././src//"}) EXPECT_EQ(ShortestRoot(root), "src") << root;
  for (const char* root : {".", "./", ".//"}) EXPECT_EQ(ShortestRoot(root), ".") << root;
  for (const char* root : {"", "/", "//"}) EXPECT_EQ(ShortestRoot(root), "") << root;
}

TEST(ReadableRootTest, ARootOpensItselfAndWhatIsBelow) {
  EXPECT_TRUE(IsWithinRoot("src", "src"));
  EXPECT_TRUE(IsWithinRoot("src/a/b.cc", "./src/"));
  EXPECT_TRUE(IsWithinRoot("anything", "."));
  EXPECT_FALSE(IsWithinRoot("srcs/a.cc", "src"));
  EXPECT_FALSE(IsWithinRoot("a/src", "src"));
  EXPECT_FALSE(IsWithinRoot("Src/a.cc", "src"));
}

TEST(ReadableRootTest, AMistakeOpensNothing) {
  for (const char* root : {"", "/", "/src", "..", "../src"}) {
    EXPECT_FALSE(IsWithinRoot("src/a.cc", root)) << root;
  }
}

}  // namespace
}  // namespace specrelay
