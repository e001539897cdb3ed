#include "relay/api_key.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace specrelay {
namespace {

// Its checksum was computed independently: CRC-32 of the first 47 characters is 0xfa9a4df0.
constexpr char kKnownKey[] = "srk_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg4aXInI";

TEST(ApiKeyTest, GeneratedKeysHaveTheFormThatIsPromised) {
  for (int i = 0; i < 1000; ++i) {
    const std::string key = GenerateApiKey();
    EXPECT_EQ(key.size(), 53u);
    EXPECT_EQ(key.substr(0, 4), "srk_");
    EXPECT_TRUE(LooksLikeApiKey(key)) << key;
  }
}

TEST(ApiKeyTest, NoTwoKeysAreAlike) {
  std::set<std::string> keys;
  for (int i = 0; i < 1000; ++i) keys.insert(GenerateApiKey());
  EXPECT_EQ(keys.size(), 1000u);
}

TEST(ApiKeyTest, TheChecksumIsTheDocumentedOne) { EXPECT_TRUE(LooksLikeApiKey(kKnownKey)); }

TEST(ApiKeyTest, EverySingleChangedCharacterIsNoticed) {
  const std::string key = kKnownKey;
  for (size_t i = 0; i < key.size(); ++i) {
    std::string changed = key;
    changed[i] = changed[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(LooksLikeApiKey(changed)) << changed;
  }
}

TEST(ApiKeyTest, WrongLengthPrefixOrAlphabetIsNoKey) {
  const std::string key = kKnownKey;
  EXPECT_FALSE(LooksLikeApiKey(""));
  EXPECT_FALSE(LooksLikeApiKey("srk_"));
  EXPECT_FALSE(LooksLikeApiKey(key.substr(0, 52)));
  EXPECT_FALSE(LooksLikeApiKey(key + "0"));
  EXPECT_FALSE(LooksLikeApiKey(key + "\n"));
  EXPECT_FALSE(LooksLikeApiKey("SRK_" + key.substr(4)));
  EXPECT_FALSE(LooksLikeApiKey(key.substr(0, 20) + '\0' + key.substr(21)));
  EXPECT_FALSE(LooksLikeApiKey(key.substr(0, 20) + "\xff" + key.substr(21)));
  EXPECT_FALSE(LooksLikeApiKey(std::string(1'000'000, 'a')));
}

TEST(ApiKeyTest, WhatIsStoredIsTheSha256) {
  EXPECT_EQ(HashApiKey("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace specrelay
