#include "dashboard/site/accept_encoding.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(AcceptedEncodingsTest, BrotliComesFirstAmongEquals) {
  EXPECT_THAT(AcceptedEncodings("gzip, deflate, br"), ElementsAre("br", "gzip"));
  EXPECT_THAT(AcceptedEncodings("GZIP"), ElementsAre("gzip"));
}

TEST(AcceptedEncodingsTest, WeightsDecide) {
  EXPECT_THAT(AcceptedEncodings("br;q=0.5, gzip;q=0.8"), ElementsAre("gzip", "br"));
  EXPECT_THAT(AcceptedEncodings("br;q=0, gzip ; q=1.0"), ElementsAre("gzip"));
  EXPECT_THAT(AcceptedEncodings("br;q=0.000"), IsEmpty());
}

TEST(AcceptedEncodingsTest, TheAsteriskStandsForAllNotNamed) {
  EXPECT_THAT(AcceptedEncodings("*"), ElementsAre("br", "gzip"));
  EXPECT_THAT(AcceptedEncodings("*, br;q=0"), ElementsAre("gzip"));
  EXPECT_THAT(AcceptedEncodings("identity, *;q=0"), IsEmpty());
}

TEST(AcceptedEncodingsTest, WhatIsNotUnderstoodIsNotAccepted) {
  EXPECT_THAT(AcceptedEncodings(""), IsEmpty());
  EXPECT_THAT(AcceptedEncodings("brotli, gzippy"), IsEmpty());
  EXPECT_THAT(AcceptedEncodings("br;q=much, gzip;level=9, , ;q=1"), IsEmpty());
  EXPECT_THAT(AcceptedEncodings("br;q=2, gzip;q=nan"), IsEmpty());
}

}  // namespace
}  // namespace specrelay
