#include "mcp_agent/doctor/relay_checks.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/doctor/testing/check_matchers.h"
#include "proto/support/iso_time.h"

namespace specrelay {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

using State = Check::State;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// Answers what the test sets.
class FakeRelayProbe final : public RelayProbe {
 public:
  absl::Status Reach() override { return reached; }
  absl::Status Connect() override { return connected; }
  RelayGreeting Greet(const std::string& key) override {
    asked_with = key;
    return greeting;
  }

  absl::Status reached;
  absl::Status connected;
  RelayGreeting greeting{absl::OkStatus(), "agent", ToIsoTime(kNow), "1-1", kNow, kNow + absl::Milliseconds(20)};
  std::string asked_with;
};

class RelayChecksTest : public testing::Test {
 protected:
  RelayChecksTest() { config_.relay = "127.0.0.1:50051"; }

  Checks Run(const std::string& key = "srk_x") { return CheckRelay(config_, key, probe_); }

  // The check of a clock `ahead` of this machine's.
  Check ClockAhead(absl::Duration ahead) {
    probe_.greeting.time = ToIsoTime(kNow + ahead);
    return Run().back();
  }

  AgentConfig config_;
  FakeRelayProbe probe_;
};

TEST_F(RelayChecksTest, AGoodRelayPasses) {
  EXPECT_THAT(Run(), ElementsAre(IsOkCheck("relay"), IsOkCheck("encryption"), IsOkCheck("key"), IsOkCheck("role"),
                                 IsOkCheck("protocol"), IsOkCheck("clock")));
  EXPECT_EQ(probe_.asked_with, "srk_x");
}

TEST_F(RelayChecksTest, NothingAtTheAddressEndsIt) {
  probe_.reached = absl::UnavailableError("connection refused");
  EXPECT_THAT(Run(), ElementsAre(IsCheck("relay", State::kFailed, "connection refused")));
  EXPECT_EQ(probe_.asked_with, "");
}

TEST_F(RelayChecksTest, ANameWithoutAnAddressIsSaidToBeOne) {
  probe_.reached = absl::NotFoundError("no address");
  EXPECT_THAT(Run()[0].advice, HasSubstr("check the name"));
}

TEST_F(RelayChecksTest, AServerThatSpeaksSomethingElseEndsIt) {
  probe_.connected = absl::UnavailableError("handshake");
  EXPECT_THAT(Run(), ElementsAre(IsOkCheck("relay"), IsCheck("encryption", State::kFailed, "no unencrypted gRPC")));
  config_.tls = true;
  const Checks checks = Run();
  EXPECT_THAT(checks, ElementsAre(IsOkCheck("relay"), IsCheck("encryption", State::kFailed, "no TLS connection")));
  EXPECT_THAT(checks.back().advice, HasSubstr("--tls_ca"));
}

TEST_F(RelayChecksTest, PlainTextOverTheNetworkIsAWarning) {
  config_.relay = "relay.example:50051";
  config_.insecure = true;
  EXPECT_THAT(Run(), Contains(IsCheck("encryption", State::kWarning, "plain text")));
}

TEST_F(RelayChecksTest, WithoutAKeyNoneIsShown) {
  EXPECT_THAT(Run(""), ElementsAre(IsOkCheck("relay"), IsOkCheck("encryption")));
}

TEST_F(RelayChecksTest, AKeyThatTheRelayRefusesEndsIt) {
  probe_.greeting.status = absl::UnauthenticatedError("revoked");
  EXPECT_THAT(Run().back(), IsCheck("key", State::kFailed, "the relay refuses it: revoked"));
}

TEST_F(RelayChecksTest, ARelayThatGivesNoAnswerIsNotTakenForARefusal) {
  probe_.greeting.status = absl::DeadlineExceededError("too slow");
  EXPECT_THAT(Run().back(), IsCheck("key", State::kFailed, "did not say"));
}

TEST_F(RelayChecksTest, AKeyOfAnotherRoleFails) {
  probe_.greeting.role = "viewer";
  EXPECT_THAT(Run(), Contains(IsCheck("role", State::kFailed, "viewer")));
}

TEST_F(RelayChecksTest, ARelayThatSpeaksOnlyNewerVersionsFails) {
  probe_.greeting.protocol = "2-3";
  EXPECT_THAT(Run(), Contains(IsCheck("protocol", State::kFailed, "versions 2 to 3")));
  probe_.greeting.protocol = "1-7";
  EXPECT_THAT(Run(), Contains(IsOkCheck("protocol")));
}

TEST_F(RelayChecksTest, WhatARelayDoesNotTellIsNotMadeUp) {
  probe_.greeting = {absl::OkStatus(), "", "", "", kNow, kNow};
  EXPECT_THAT(Run(), ElementsAre(IsOkCheck("relay"), IsOkCheck("encryption"), IsOkCheck("key"),
                                 IsCheck("role", State::kSkipped, ""), IsCheck("protocol", State::kSkipped, ""),
                                 IsCheck("clock", State::kSkipped, "")));
  probe_.greeting.protocol = "x-y";
  probe_.greeting.time = "noon";
  EXPECT_THAT(Run(), Contains(IsCheck("protocol", State::kSkipped, "")));
  EXPECT_THAT(Run().back(), IsCheck("clock", State::kSkipped, ""));
}

TEST_F(RelayChecksTest, ClocksMayDifferALittle) {
  EXPECT_THAT(ClockAhead(absl::ZeroDuration()), IsOkCheck("clock"));
  EXPECT_THAT(ClockAhead(absl::Seconds(5)), IsOkCheck("clock"));
  EXPECT_THAT(ClockAhead(-absl::Seconds(5)), IsOkCheck("clock"));
}

TEST_F(RelayChecksTest, ClocksThatDifferMoreAreAWarningAndThenAFailure) {
  EXPECT_THAT(ClockAhead(absl::Seconds(30)), IsCheck("clock", State::kWarning, "is 29s behind the relay's"));
  EXPECT_THAT(ClockAhead(-absl::Seconds(30)), IsCheck("clock", State::kWarning, "is 30s ahead of the relay's"));
  EXPECT_THAT(ClockAhead(absl::Hours(1)), IsCheck("clock", State::kFailed, "behind"));
  EXPECT_THAT(ClockAhead(-absl::Hours(1)), IsCheck("clock", State::kFailed, "is 1h ahead"));
}

TEST_F(RelayChecksTest, ASlowAnswerIsNoSkew) {
  probe_.greeting.answered = kNow + absl::Minutes(10);
  EXPECT_THAT(ClockAhead(absl::Minutes(9)), IsOkCheck("clock"));
}

TEST_F(RelayChecksTest, TheAddressIsCheckedBeforeAnythingIsSent) {
  EXPECT_THAT(CheckRelayAddress(config_), IsOkCheck("relay address"));
  config_.relay = "";
  EXPECT_THAT(CheckRelayAddress(config_), IsCheck("relay address", State::kSkipped, "works on its own"));
  config_.relay = "https://relay";
  EXPECT_THAT(CheckRelayAddress(config_), IsCheck("relay address", State::kFailed, ""));
  config_.relay = "relay.example:1";
  EXPECT_THAT(CheckRelayAddress(config_), IsCheck("relay address", State::kFailed, "unencrypted"));
  config_.tls_ca = "ca.pem";
  EXPECT_THAT(CheckRelayAddress(config_), IsOkCheck("relay address"));
  config_.insecure = true;
  EXPECT_THAT(CheckRelayAddress(config_), IsCheck("relay address", State::kFailed, "contradicts"));
}

}  // namespace
}  // namespace specrelay
