#include "dashboard/auth/login_throttle.h"

#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/support/testing/fake_clock.h"

namespace specrelay {
namespace {

class LoginThrottleTest : public testing::Test {
 protected:
  void Fail(absl::string_view address, int times) {
    for (int i = 0; i < times; ++i) EXPECT_EQ(throttle_.RecordWrong(address), absl::ZeroDuration()) << address << i;
  }
  // What a key that was never right there has to wait, and afterwards was.
  absl::Duration Wait(absl::string_view address) {
    return throttle_.RecordRight(address, absl::StrCat("key ", ++keys_));
  }

  int keys_ = 0;
  FakeClock clock_;
  LoginThrottle throttle_{clock_, {5, absl::Minutes(1), absl::Hours(1), 100, 100}};
};

TEST_F(LoginThrottleTest, FiveWrongKeysAMinuteAreAllowed) {
  Fail("192.0.2.1", 4);
  EXPECT_EQ(Wait("192.0.2.1"), absl::ZeroDuration());
  Fail("192.0.2.1", 1);
  EXPECT_EQ(Wait("192.0.2.1"), absl::Minutes(1));
  EXPECT_EQ(throttle_.RecordWrong("192.0.2.1"), absl::Minutes(1));
}

TEST_F(LoginThrottleTest, WrongKeysDuringTheWaitDoNotProlongIt) {
  Fail("192.0.2.1", 5);
  for (int i = 0; i < 59; ++i) {
    clock_.Advance(absl::Seconds(1));
    EXPECT_EQ(throttle_.RecordWrong("192.0.2.1"), absl::Seconds(59 - i));
  }
  clock_.Advance(absl::Seconds(1));
  Fail("192.0.2.1", 5);
}

TEST_F(LoginThrottleTest, ManyAtATimeAreNotMoreThanFive) {
  std::atomic<int> looked_at{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 100; ++j) looked_at += throttle_.RecordWrong("192.0.2.1") == absl::ZeroDuration();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(looked_at, 5);
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
  EXPECT_EQ(throttle_.RecordRight("192.0.2.1", "colleague"), absl::ZeroDuration());
  Fail("192.0.2.1", 5);
  EXPECT_EQ(throttle_.RecordRight("192.0.2.1", "colleague"), absl::ZeroDuration());
  EXPECT_GT(throttle_.RecordRight("192.0.2.1", "guess"), absl::ZeroDuration());
  EXPECT_GT(throttle_.RecordRight("192.0.2.1", "guess"), absl::ZeroDuration());
  Fail("192.0.2.2", 5);
  EXPECT_GT(throttle_.RecordRight("192.0.2.2", "colleague"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, AndNoLongerAfterAnHourWithoutUse) {
  EXPECT_EQ(throttle_.RecordRight("192.0.2.1", "colleague"), absl::ZeroDuration());
  clock_.Advance(absl::Hours(1));
  Fail("192.0.2.1", 5);
  EXPECT_GT(throttle_.RecordRight("192.0.2.1", "colleague"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, RightKeysAreNotCounted) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Wait("192.0.2.1"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, ForgetsTheAddressThatFailedLongestAgoWhenThereAreTooMany) {
  for (int i = 0; i < 100; ++i) Fail(absl::StrCat("10.0.0.", i), 4);
  Fail("10.0.0.0", 1);  // is no longer the one
  Fail("10.0.1.1", 5);
  EXPECT_GT(Wait("10.0.0.0"), absl::ZeroDuration());
  EXPECT_GT(Wait("10.0.1.1"), absl::ZeroDuration());
  Fail("10.0.0.2", 1);  // its fifth
  EXPECT_GT(Wait("10.0.0.2"), absl::ZeroDuration());
  Fail("10.0.0.1", 4);  // its first four were forgotten
  EXPECT_EQ(Wait("10.0.0.1"), absl::ZeroDuration());
}

TEST_F(LoginThrottleTest, AddressesThatAreNoneAreCountedByTheirText) {
  Fail("", 5);
  EXPECT_GT(Wait(""), absl::ZeroDuration());
  EXPECT_EQ(Wait("somewhere"), absl::ZeroDuration());
}

}  // namespace
}  // namespace specrelay
