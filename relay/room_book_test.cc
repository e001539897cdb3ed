#include "relay/room_book.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const ProjectKey kProject("acme", "p1");
const ProjectKey kSister("acme", "p2");
const ProjectKey kRival("rival", "p1");

TEST(RoomBookTest, EachBoundIsNamedAndWhatIsGivenBackMakesRoom) {
  RoomBook book("the shelf", {{2, 1000}, {3, 1500}, {4, 2000}});
  ASSERT_THAT(book.Take(kProject, 600), IsOk());
  EXPECT_THAT(book.Take(kProject, 401),
              IsStatus(absl::StatusCode::kResourceExhausted,
                       AllOf(HasSubstr("the shelf of this project"), HasSubstr("holds 600"), HasSubstr("takes 1000"))));
  ASSERT_THAT(book.Take(kProject, 400), IsOk());
  EXPECT_THAT(book.Take(kProject, 0),
              IsStatus(absl::StatusCode::kResourceExhausted, AllOf(HasSubstr("project"), HasSubstr("2 commands"))));
  EXPECT_THAT(book.Take(kSister, 501), IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("of this account")));
  EXPECT_THAT(book.Take(kRival, 1000), IsOk());
  EXPECT_THAT(book.Take(kSister, 1), IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("of this relay")));
  book.Give(kProject, 600);
  EXPECT_THAT(book.Take(kSister, 500), IsOk());
  EXPECT_EQ(book.used().commands, 3);
  EXPECT_EQ(book.used().bytes, 1900);
}

TEST(RoomBookTest, WhatIsFreeIsTheLeastOfAllBounds) {
  RoomBook book("the shelf", {{10, 100}, {5, 1000}, {20, 60}});
  EXPECT_EQ(book.Free(kProject).commands, 5);
  EXPECT_EQ(book.Free(kProject).bytes, 60);
  ASSERT_THAT(book.Take(kSister, 10), IsOk());
  EXPECT_EQ(book.Free(kProject).commands, 4);
  EXPECT_EQ(book.Free(kProject).bytes, 50);
  book.Give(kSister, 10);
  EXPECT_EQ(book.Free(kProject).commands, 5);
}

}  // namespace
}  // namespace specrelay
