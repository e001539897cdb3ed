#include "dashboard/auth/login_throttle.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/support/testing/fake_clock.h"

namespace specrelay {
namespace {

class LoginThrottleTest : public testing::Test {
 protected:
  void Fail(absl::string_view address, int times) {
    for (int i = 0; i < times; ++i) throttle_.RecordWrong(address);
  }
  absl::Duration Wait(absl::string_view address, absl::string_view key = "key") const {
    return throttle_.WaitBefore(address, key);
  }

  FakeClock clock_;
  LoginThrottle throttle_{clock_, {5, absl::Minutes(1), absl::Hours(1), 100, 100}};
};

TEST_F(LoginThrottleTest, FiveWrongKeysAMinuteAreAllowed) {
  Fail("192.0.2.1", 4);
  EXPECT_EQ(Wait("192.0.2.1"), absl::ZeroDuration());
  Fail("192.0.2.1", 1);
  EXPECT_EQ(Wait("192.0.2.1"), absl::Minutes(1));
}

TEST_F(LoginThrottleTest, TheWaitEndsWhenTheOldestOfTheFiveIsAMinuteOld) {
  for (int i = 0; i < 5; ++i) {
    Fail("192.0.2.1", 1);
    clock_.Advance(absl::Seconds(10));
  }
  EXPECT_EQ(Wait("192.0.2.1"), absl::Seconds(10));
  clock_.Advance(absl::Seconds(10));
  EXPECT_EQ(Wait("192.0.2.1"), absl::ZeroDuration());
  Fail("192.0.2.1", 1);
  EXPECT_EQ(Wait("192.0.2.1"), absl::Seconds(10));
}

TEST_F(LoginThrottleTest, AddressesAreCountedApart) {
  Fail("192.0.2.1", 5);
  EXPECT_EQ(Wait("192.0.2.2"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, AnIpv6NetworkIsOneAddress) {
  for (int i = 0; i < 5; ++i) Fail(absl::StrCat("2001:db8:0:1::", i), 1);
  EXPECT_GT(Wait("2001:db8:0:1:ffff::9"), absl::ZeroDuration());
  EXPECT_EQ(Wait("2001:db8:0:2::1"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, AnIpv4AddressInIpv6IsItself) {
  Fail("::ffff:192.0.2.1", 5);
  EXPECT_GT(Wait("192.0.2.1"), absl::ZeroDuration());
  EXPECT_EQ(Wait("::ffff:192.0.2.2"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, AKeyThatWasRightThereBeforePasses) {
  throttle_.RecordRight("192.0.2.1", "colleague");
  Fail("192.0.2.1", 5);
  EXPECT_EQ(Wait("192.0.2.1", "colleague"), absl::ZeroDuration());
  EXPECT_GT(Wait("192.0.2.1", "guess"), absl::ZeroDuration());
  Fail("192.0.2.2", 5);
  EXPECT_GT(Wait("192.0.2.2", "colleague"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, AndNoLongerAfterAnHourWithoutUse) {
  throttle_.RecordRight("192.0.2.1", "colleague");
  clock_.Advance(absl::Hours(1));
  Fail("192.0.2.1", 5);
  EXPECT_GT(Wait("192.0.2.1", "colleague"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, RightKeysAreNotCounted) {
  for (int i = 0; i < 50; ++i) throttle_.RecordRight("192.0.2.1", absl::StrCat("key ", i));
  EXPECT_EQ(Wait("192.0.2.1", "new"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, ForgetsTheAddressThatFailedLongestAgoWhenThereAreTooMany) {
  for (int i = 0; i < 100; ++i) Fail(absl::StrCat("10.0.0.", i), 5);
  Fail("10.0.0.0", 1);  // is no longer the one
  Fail("10.0.1.1", 5);
  EXPECT_GT(Wait("10.0.0.0"), absl::ZeroDuration());
  EXPECT_EQ(Wait("10.0.0.1"), absl::ZeroDuration());
  EXPECT_GT(Wait("10.0.0.2"), absl::ZeroDuration());
  EXPECT_GT(Wait("10.0.1.1"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, AddressesThatAreNoneAreCountedByTheirText) {
  Fail("", 5);
  EXPECT_GT(Wait(""), absl::ZeroDuration());
  EXPECT_EQ(Wait("somewhere"), absl::ZeroDuration());
}

}  // namespace
}  // namespace specrelay
