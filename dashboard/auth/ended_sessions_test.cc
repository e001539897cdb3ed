#include "dashboard/auth/ended_sessions.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1000);
const absl::Time kUntil = kNow + absl::Hours(12);

Session SessionOf(absl::string_view key_id, absl::string_view id, absl::Time issued_at = kNow) {
  Session session;
  session.id = std::string(id);
  session.principal.key_id = std::string(key_id);
  session.issued_at = issued_at;
  return session;
}

TEST(EndedSessionsTest, HoldsThoseThatWereEnded) {
  EndedSessions ended;
  ended.Add(SessionOf("k", "1"), kNow, kUntil);
  EXPECT_TRUE(ended.Contains(SessionOf("k", "1")));
  EXPECT_TRUE(ended.Contains(SessionOf("k", "1", kNow + absl::Hours(7))));  // a renewal
  EXPECT_FALSE(ended.Contains(SessionOf("k", "2")));
  EXPECT_FALSE(ended.Contains(SessionOf("other", "1")));
}

TEST(EndedSessionsTest, EndsAllOfAKeyThatHasTooManyAndNoneOfAnother) {
  EndedSessions ended(3);
  ended.Add(SessionOf("other", "0"), kNow, kUntil);
  for (int i = 0; i < 4; ++i) ended.Add(SessionOf("k", absl::StrCat(i)), kNow, kUntil);
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(ended.Contains(SessionOf("k", absl::StrCat(i))));
  EXPECT_TRUE(ended.Contains(SessionOf("k", "bystander")));
  EXPECT_FALSE(ended.Contains(SessionOf("k", "later", kNow + absl::Seconds(1))));
  EXPECT_FALSE(ended.Contains(SessionOf("other", "1")));
}

TEST(EndedSessionsTest, ForgetsWhatHasExpiredAnyway) {
  EndedSessions ended(2);
  // Each when those before have expired: never too many.
  for (int day = 0; day < 10; ++day) {
    const absl::Time now = kNow + absl::Hours(24 * day);
    ended.Add(SessionOf("k", absl::StrCat(day), now), now, now + absl::Hours(12));
  }
  EXPECT_FALSE(ended.Contains(SessionOf("k", "bystander")));
  EXPECT_FALSE(ended.Contains(SessionOf("k", "0")));
  EXPECT_TRUE(ended.Contains(SessionOf("k", "9")));
}

TEST(EndedSessionsTest, KeepsWhatHasNotExpiredWhileForgettingOthers) {
  EndedSessions ended;
  ended.Add(SessionOf("k", "short"), kNow, kNow + absl::Hours(1));
  ended.Add(SessionOf("k", "long"), kNow, kNow + absl::Hours(3));
  ended.Add(SessionOf("other", "1"), kNow + absl::Hours(2), kUntil);
  EXPECT_FALSE(ended.Contains(SessionOf("k", "short")));
  EXPECT_TRUE(ended.Contains(SessionOf("k", "long")));
}

}  // namespace
}  // namespace specrelay
