#include "proto/support/digest.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(DigestTest, Sha256EqualsThePublishedExample) {
  EXPECT_EQ(Sha256Hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256("").size(), 32u);
}

TEST(DigestTest, RandomTextHasTheLengthAndAlphabetAskedFor) {
  const std::string text = RandomBase62(1000);
  EXPECT_EQ(text.size(), 1000u);
  EXPECT_THAT(text, testing::MatchesRegex("[0-9A-Za-z]+"));
  EXPECT_EQ(std::set<char>(text.begin(), text.end()).size(), 62u) << "some characters never occur";
  EXPECT_NE(RandomBase62(20), RandomBase62(20));
}

}  // namespace
}  // namespace specrelay
