#include "relay/live_streams.h"

#include <string>

#include "absl/types/optional.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class FakeStream : public LiveStream {
 public:
  explicit FakeStream(absl::string_view key_id) { principal_.key_id = std::string(key_id); }
  const Principal& principal() const override { return principal_; }
  void Tick(absl::Time now) override { last_tick = now; }
  void End(const absl::Status& status) override { ended = status; }

  absl::Time last_tick;
  absl::optional<absl::Status> ended;

 private:
  Principal principal_;
};

LiveStreams::Limits SmallLimits() {
  LiveStreams::Limits limits;
  limits.watchers = 3;
  limits.watchers_per_account = 2;
  return limits;
}

TEST(LiveStreamsTest, AnAccountHasAsManyWatchersAsAllowed) {
  LiveStreams streams(SmallLimits());
  absl::StatusOr<LiveStreams::Admission> first = streams.Admit(StreamKind::kWatcher, "acme");
  absl::StatusOr<LiveStreams::Admission> second = streams.Admit(StreamKind::kWatcher, "acme");
  EXPECT_THAT(second, IsOk());
  EXPECT_THAT(streams.Admit(StreamKind::kWatcher, "acme"),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("the account has 2 watchers")));
  EXPECT_THAT(streams.Admit(StreamKind::kWatcher, "other"), IsOk());
  EXPECT_THAT(streams.Admit(StreamKind::kAgent, "acme"), IsOk()) << "agents are counted apart";
}

TEST(LiveStreamsTest, TheRelayHasAsManyWatchersAsAllowed) {
  LiveStreams streams(SmallLimits());
  const auto first = streams.Admit(StreamKind::kWatcher, "a");
  const auto second = streams.Admit(StreamKind::kWatcher, "b");
  const auto third = streams.Admit(StreamKind::kWatcher, "c");
  EXPECT_THAT(streams.Admit(StreamKind::kWatcher, "d"),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("the relay has 3 watchers")));
}

TEST(LiveStreamsTest, AnAdmissionGivesItsPlaceBackOnce) {
  LiveStreams streams(SmallLimits());
  {
    ASSERT_OK_AND_ASSIGN(LiveStreams::Admission admission, streams.Admit(StreamKind::kWatcher, "acme"));
    EXPECT_EQ(streams.count(StreamKind::kWatcher), 1);
    LiveStreams::Admission moved = std::move(admission);
    EXPECT_EQ(streams.count(StreamKind::kWatcher), 1);
    moved = LiveStreams::Admission();
    EXPECT_EQ(streams.count(StreamKind::kWatcher), 0);
  }
  EXPECT_EQ(streams.count(StreamKind::kWatcher), 0);
}

TEST(LiveStreamsTest, OnlyStreamsOfRevokedKeysEnd) {
  LiveStreams streams{LiveStreams::Limits()};
  const auto revoked = std::make_shared<FakeStream>("k1");
  const auto good = std::make_shared<FakeStream>("k2");
  streams.Add(revoked);
  streams.Add(good);
  streams.EndRevoked([](const Principal& principal) { return principal.key_id == "k2"; });
  ASSERT_TRUE(revoked->ended.has_value());
  EXPECT_THAT(*revoked->ended, IsStatus(absl::StatusCode::kUnauthenticated, HasSubstr("revoked")));
  EXPECT_FALSE(good->ended.has_value());
}

TEST(LiveStreamsTest, StreamsThatAreGoneAreForgotten) {
  LiveStreams streams{LiveStreams::Limits()};
  auto gone = std::make_shared<FakeStream>("k1");
  const auto there = std::make_shared<FakeStream>("k2");
  streams.Add(gone);
  streams.Add(there);
  gone.reset();
  streams.Tick(absl::FromUnixSeconds(5));
  EXPECT_EQ(there->last_tick, absl::FromUnixSeconds(5));
  streams.EndAll(absl::UnavailableError("going down"));
  EXPECT_THAT(*there->ended, HasCode(absl::StatusCode::kUnavailable));
}

TEST(LiveStreamsTest, AfterTheEndNoneBeginsAnew) {
  LiveStreams streams(SmallLimits());
  streams.EndAll(absl::UnavailableError("going down"));
  EXPECT_THAT(streams.Admit(StreamKind::kWatcher, "acme"), IsStatus(absl::StatusCode::kUnavailable, "going down"));
  const auto late = std::make_shared<FakeStream>("key");
  streams.Add(late);
  ASSERT_TRUE(late->ended.has_value());
  EXPECT_EQ(*late->ended, absl::UnavailableError("going down"));
}

}  // namespace
}  // namespace specrelay
