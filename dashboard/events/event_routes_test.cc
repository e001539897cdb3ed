#include "dashboard/events/event_routes.h"

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/synchronization/notification.h"
#include "absl/types/optional.h"
#include "dashboard/events/testing/recording_observer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// The route on a relay whose agent is a fake; streams are read by the test's own thread.
class EventRoutesTest : public testing::Test {
 protected:
  explicit EventRoutesTest(RelayOptions options = RelayHarness::DefaultOptions()) : harness_(std::move(options)) {
    agent_ = harness_.Connect("p1", "i1");
    EXPECT_TRUE(harness_.AnswerStateRequest(agent_, {}));
  }

  HttpResponse Get(HttpRequest request = {}, const Caller& caller = CallerOf(),
                   absl::Time authenticated_until = absl::InfiniteFuture()) {
    request.method = "GET";
    request.path = "/api/events";
    return routes_[0].handler({request, caller, "request", absl::InfiniteFuture(), authenticated_until});
  }

  // A stream that has sent its greeting.
  std::shared_ptr<ResponseStream> Open(const Caller& caller = CallerOf()) {
    const HttpResponse response = Get({}, caller);
    EXPECT_EQ(response.status, 200);
    EXPECT_THAT(Await(*response.stream), StartsWith("retry: "));
    return response.stream;
  }

  // A stream that has nothing more to tell, and whether it has asked since to be heard.
  struct SleepingStream {
    std::shared_ptr<ResponseStream> stream;
    std::shared_ptr<absl::Notification> woken;
  };
  SleepingStream Sleep() {
    const SleepingStream sleeping = {Get().stream, std::make_shared<absl::Notification>()};
    sleeping.stream->WhenReady([woken = sleeping.woken] {
      if (!woken->HasBeenNotified()) woken->Notify();
    });
    EXPECT_THAT(sleeping.stream->Next(), testing::Optional(StartsWith("retry: ")));
    EXPECT_EQ(sleeping.stream->Next(), "");
    return sleeping;
  }

  void Change(absl::string_view path) {
    ++sequence_;
    harness_.ReportChange(agent_, sequence_, path, absl::StrCat("hash", sequence_));
  }

  void Tick(absl::Duration passed) {
    harness_.clock.Advance(passed);
    streams_.Tick(harness_.clock.Now());
  }

  // What the stream tells next, waited for.
  static std::string Await(ResponseStream& stream) {
    absl::optional<std::string> text;
    // What it reads comes by another thread.
    while ((text = stream.Next()).has_value() && text->empty()) std::this_thread::yield();
    return text.value_or("");
  }

  // Lines of the text that begin so, without it.
  static std::vector<std::string> Fields(absl::string_view text, absl::string_view name) {
    std::vector<std::string> values;
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      if (absl::ConsumePrefix(&line, absl::StrCat(name, ": "))) values.emplace_back(line);
    }
    return values;
  }

  RelayHarness harness_;
  LiveStreams streams_{LiveStreams::Limits{10, 10, 10, 3}};
  RecordingObserver observer_;
  EventServices services_{harness_.relay, streams_, observer_};
  std::vector<Route> routes_ = EventRoutes(services_);
  RelayHarness::Agent agent_;
  int64_t sequence_ = 0;
};

TEST_F(EventRoutesTest, AStreamSaysWhatItIsAndThatNobodyMayKeepIt) {
  HttpResponse response = Get();
  EXPECT_EQ(response.status, 200);
  EXPECT_THAT(response.headers, testing::UnorderedElementsAre(testing::Pair("Content-Type", "text/event-stream"),
                                                              testing::Pair("Cache-Control", "no-store"),
                                                              testing::Pair("X-Accel-Buffering", "no")));
  EXPECT_THAT(Await(*response.stream), testing::MatchesRegex("retry: 2000\nid: epoch1\\.[0-9]+\n\n"));
}

TEST_F(EventRoutesTest, AllThatIsPendingComesInOneText) {
  const auto stream = Open();
  Change("one.txt");
  Change("two.txt");
  Change("three.txt");
  const std::string text = Await(*stream);
  EXPECT_THAT(Fields(text, "event"), ElementsAre("file-changed", "file-changed", "file-changed"));
  EXPECT_THAT(text, HasSubstr(R"("path":"one.txt")"));
  EXPECT_THAT(text, HasSubstr(R"("path":"three.txt")"));
  EXPECT_EQ(observer_.sent(), 3);
}

TEST_F(EventRoutesTest, OneTextIsBoundedAndTheRestFollows) {
  services_.options.max_events = 2;
  const auto stream = Open();
  for (int i = 0; i < 5; ++i) Change(absl::StrCat(i, ".txt"));
  EXPECT_EQ(Fields(Await(*stream), "event").size(), 2u);
  EXPECT_EQ(Fields(Await(*stream), "event").size(), 2u);
  EXPECT_EQ(Fields(Await(*stream), "event").size(), 1u);
}

TEST_F(EventRoutesTest, AStreamThatHadNothingToTellWakesItsSenderForAnEvent) {
  const SleepingStream sleeping = Sleep();
  Change("one.txt");
  sleeping.woken->WaitForNotification();
  EXPECT_THAT(sleeping.stream->Next(), testing::Optional(HasSubstr("one.txt")));
}

TEST_F(EventRoutesTest, AClientThatComesBackGoesOnAfterItsLastEvent) {
  const auto stream = Open();
  Change("seen.txt");
  const std::string id = Fields(Await(*stream), "id").back();
  stream->Cancel();
  Change("missed.txt");
  HttpRequest by_header;
  by_header.headers = {{"last-event-id", id}};
  const std::string text = Await(*Get(by_header).stream);
  EXPECT_THAT(text, HasSubstr("missed.txt"));
  EXPECT_THAT(text, Not(HasSubstr("seen.txt")));
  EXPECT_THAT(text, Not(HasSubstr("event: resync")));
  HttpRequest by_parameter;
  by_parameter.query_parameters = {{"lastEventId", id}};
  EXPECT_THAT(Await(*Get(by_parameter).stream), HasSubstr("missed.txt"));
}

TEST_F(EventRoutesTest, AClientThatSawOnlyItsGreetingMissesNothingEither) {
  const HttpResponse response = Get();
  const std::string id = Fields(Await(*response.stream), "id").back();
  Change("missed.txt");
  HttpRequest again;
  again.headers = {{"Last-Event-ID", id}};
  EXPECT_THAT(Await(*Get(again).stream), HasSubstr("missed.txt"));
}

TEST_F(EventRoutesTest, AnUnknownPositionIsAnsweredWithAResyncFirst) {
  for (const char* id : {"otherepoch.5", "epoch1.0", "epoch1.999999", "rubbish", "+", "epoch1.99999999999999999999"}) {
    HttpRequest request;
    request.headers = {{"Last-Event-ID", id}};
    request.query_parameters = {{"projectId", "p1"}};
    const HttpResponse response = Get(request);
    ASSERT_EQ(response.status, 200) << id;
    const std::string text = Await(*response.stream);
    if (std::string(id) == "+") continue;  // says nothing: begins now
    EXPECT_THAT(Fields(text, "event"), ElementsAre("resync")) << id;
    EXPECT_THAT(text, HasSubstr(R"("projectId":"p1","data":{"reason":"the events after your last one)"));
    response.stream->Cancel();
  }
}

TEST_F(EventRoutesTest, OnlyTheProjectThatWasAskedForIsTold) {
  const RelayHarness::Agent other = harness_.Connect("p2", "i2");
  HttpRequest request;
  request.query_parameters = {{"projectId", "p1"}};
  const HttpResponse response = Get(request);
  Await(*response.stream);
  harness_.ReportChange(other, 1, "elsewhere.txt", "hash");
  Change("here.txt");
  const std::string text = Await(*response.stream);
  EXPECT_THAT(text, HasSubstr("here.txt"));
  EXPECT_THAT(text, Not(HasSubstr("elsewhere.txt")));
}

TEST_F(EventRoutesTest, AKeyWithScopesIsToldOfItsProjectsOnly) {
  const RelayHarness::Agent other = harness_.Connect("p2", "i2");
  Caller caller = CallerOf();
  caller.principal.project_scopes = {"p1"};
  const auto stream = Open(caller);
  harness_.ReportChange(other, 1, "elsewhere.txt", "hash");
  Change("here.txt");
  EXPECT_THAT(Await(*stream), Not(HasSubstr("elsewhere.txt")));
  HttpRequest request;
  request.query_parameters = {{"projectId", "p2"}};
  EXPECT_EQ(Get(request, caller).status, 403);
}

TEST_F(EventRoutesTest, WhoMayNotWatchIsRefused) {
  HttpRequest request;
  request.query_parameters = {{"projectId", "nowhere"}};
  EXPECT_EQ(Get(request).status, 404);
  EXPECT_EQ(Get({}, CallerOf("acme", Role::kAgent)).status, 403);
}

TEST_F(EventRoutesTest, AnAccountHasItsShareOfSubscribers) {
  std::vector<std::shared_ptr<ResponseStream>> streams;
  for (int i = 0; i < 3; ++i) streams.push_back(Open());
  const HttpResponse refused = Get();
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.headers, testing::Contains(testing::Pair("Retry-After", "10")));
  EXPECT_EQ(Get({}, CallerOf("other")).status, 200);
  streams.pop_back();
  EXPECT_EQ(Get().status, 200) << "a place is free again";
}

TEST_F(EventRoutesTest, AQuietStreamSendsACommentWithItsPosition) {
  const auto stream = Open();
  Tick(absl::Seconds(14));
  Tick(absl::Seconds(1));
  const std::string text = Await(*stream);
  EXPECT_THAT(text, StartsWith(":"));
  EXPECT_THAT(Fields(text, "event"), IsEmpty());
  EXPECT_EQ(Fields(text, "id").size(), 1u);
}

TEST_F(EventRoutesTest, EventsOfOthersMoveThePositionThatTheCommentTells) {
  HttpRequest request;
  request.query_parameters = {{"projectId", "p1"}};
  const auto stream = Get(request).stream;
  const std::string before = Fields(Await(*stream), "id").back();
  const RelayHarness::Agent other = harness_.Connect("p2", "i2");
  Tick(absl::Seconds(15));
  EXPECT_NE(Fields(Await(*stream), "id").back(), before);
}

TEST_F(EventRoutesTest, AStreamThatSendsNeedsNoComment) {
  const auto stream = Open();
  Tick(absl::Seconds(10));
  Change("one.txt");
  Await(*stream);
  Tick(absl::Seconds(10));
  Change("two.txt");
  EXPECT_THAT(Await(*stream), StartsWith("id: "));
}

TEST_F(EventRoutesTest, ARevokedKeyEndsTheStream) {
  const auto stream = Open();
  streams_.EndRevoked([](const Principal&) { return false; });
  EXPECT_THAT(Await(*stream), HasSubstr("revoked"));
  EXPECT_EQ(Await(*stream), "");
  EXPECT_EQ(Await(*stream), "");
  EXPECT_THAT(observer_.ends(), ElementsAre(StreamEnd::kKeyRevoked));
}

TEST_F(EventRoutesTest, TheEndOfTheSessionEndsTheStream) {
  const auto stream = Get({}, CallerOf(), harness_.clock.Now() + absl::Minutes(1)).stream;
  Await(*stream);
  Tick(absl::Minutes(1));
  EXPECT_THAT(Await(*stream), HasSubstr("session"));
  EXPECT_EQ(Await(*stream), "");
  EXPECT_THAT(observer_.ends(), ElementsAre(StreamEnd::kSessionExpired));
}

TEST_F(EventRoutesTest, ShutdownEndsSleepingStreamsAndRefusesNewOnes) {
  const SleepingStream sleeping = Sleep();
  streams_.EndAll(absl::UnavailableError("the relay is going down"));
  sleeping.woken->WaitForNotification();
  EXPECT_THAT(sleeping.stream->Next(), testing::Optional(HasSubstr("going down")));
  EXPECT_EQ(sleeping.stream->Next(), absl::nullopt);
  EXPECT_THAT(observer_.ends(), ElementsAre(StreamEnd::kShutdown));
  EXPECT_EQ(Get().status, 503);
}

TEST_F(EventRoutesTest, CancellingEndsASleepingStreamAtOnce) {
  const SleepingStream sleeping = Sleep();
  sleeping.stream->Cancel();
  sleeping.stream->Cancel();
  sleeping.woken->WaitForNotification();
  EXPECT_EQ(sleeping.stream->Next(), absl::nullopt);
  EXPECT_THAT(observer_.ends(), ElementsAre(StreamEnd::kClientGone));
}

TEST_F(EventRoutesTest, ASubscriberThatTookNothingForLongIsCountedAsStalled) {
  auto stream = Open();
  Change("one.txt");
  Await(*stream);
  Tick(absl::Seconds(5));
  stream.reset();
  EXPECT_THAT(observer_.ends(), ElementsAre(StreamEnd::kStalled));
}

TEST_F(EventRoutesTest, AStreamThatIsDroppedUnreadIsGone) {
  Get().stream.reset();
  EXPECT_EQ(streams_.count(StreamKind::kWatcher), 0);
  EXPECT_THAT(observer_.ends(), ElementsAre(StreamEnd::kClientGone));
}

class SmallRingTest : public EventRoutesTest {
 protected:
  static RelayOptions Options() {
    RelayOptions options = RelayHarness::DefaultOptions();
    options.event_log.max_events = 4;
    return options;
  }
  SmallRingTest() : EventRoutesTest(Options()) {}
};

TEST_F(SmallRingTest, WhoReadsTooSlowlyIsToldSoAndGoesOnFromTheEnd) {
  const auto stream = Open();
  for (int i = 0; i < 10; ++i) Change(absl::StrCat(i, ".txt"));
  const std::string text = Await(*stream);
  EXPECT_THAT(Fields(text, "event"), ElementsAre("resync"));
  EXPECT_THAT(text, HasSubstr("you read too slowly"));
  EXPECT_EQ(observer_.lagged(), 1);
  Change("after.txt");
  const std::string next = Await(*stream);
  EXPECT_THAT(Fields(next, "event"), ElementsAre("file-changed"));
  EXPECT_THAT(next, HasSubstr("after.txt"));
}

}  // namespace
}  // namespace specrelay
