#include "proto/support/gzip.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

TEST(GzipTest, TextShrinksAndComesBack) {
  std::string text;
  for (int i = 0; i < 1000; ++i) absl::StrAppend(&text, "- [ ] ", i, " a task\n");
  const std::string compressed = Gzip(text);
  EXPECT_LT(compressed.size(), text.size() / 2);
  ASSERT_OK_AND_ASSIGN(const std::string back, Gunzip(compressed, text.size()));
  EXPECT_EQ(back, text);
  ASSERT_OK_AND_ASSIGN(const std::string nothing, Gunzip(Gzip(""), 0));
  EXPECT_EQ(nothing, "");
}

TEST(GzipTest, ABombIsNotUnpacked) {
  const std::string bomb = Gzip(std::string(100'000'000, '\0'));
  EXPECT_LT(bomb.size(), 1'000'000u);
  EXPECT_THAT(Gunzip(bomb, 256 << 10), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("more than 262144")));
}

TEST(GzipTest, WhatIsNoGzipIsRefused) {
  const std::string whole = Gzip("some text");
  for (const std::string& damaged : {std::string("some text"), std::string(), whole.substr(0, whole.size() - 1),
                                     absl::StrCat(whole, "x"), absl::StrCat(whole, whole)}) {
    EXPECT_THAT(Gunzip(damaged, 100), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("damaged")));
  }
}

}  // namespace
}  // namespace specrelay
