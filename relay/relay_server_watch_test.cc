// Watchers at a server: what they get, how they resume, and that one who does not read harms nobody.

#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/config.h"
#include "absl/strings/str_cat.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/relay_server.h"
#include "relay/testing/relay_server_fixture.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// One Watch call, read by the test's thread.
class Watcher {
 public:
  Watcher(const std::shared_ptr<grpc::Channel>& channel, std::unique_ptr<grpc::ClientContext> context,
          const v1::WatchRequest& request)
      : context_(std::move(context)),
        stub_(v1::Relay::NewStub(channel)),
        stream_(stub_->Watch(context_.get(), request)) {}
  ~Watcher() {
    context_->TryCancel();
    if (!finished_) End();
  }

  // Reads the first message, which has no events.
  void ExpectGreeting() {
    v1::WatchResponse response;
    ASSERT_TRUE(stream_->Read(&response)) << End().error_message();
    EXPECT_EQ(response.events_size(), 0);
    EXPECT_FALSE(response.cursor().empty());
    cursor_ = response.cursor();
  }

  // The next event, whatever it is; empty when the stream has ended.
  v1::Event Next() {
    while (next_ == response_.events_size()) {
      next_ = 0;
      if (!stream_->Read(&response_)) {
        response_.Clear();
        return {};
      }
      cursor_ = response_.cursor();
    }
    return response_.events(next_++);
  }

  // Path of the next event that is about a file; empty when the stream has ended.
  std::string NextPath() {
    while (true) {
      const v1::Event event = Next();
      if (event.has_file_changed() || event.body_case() == v1::Event::BODY_NOT_SET) return event.file_changed().path();
    }
  }

  grpc::Status End() {
    v1::WatchResponse response;
    while (stream_->Read(&response)) {
    }
    finished_ = true;
    return stream_->Finish();
  }

  const std::string& cursor() const { return cursor_; }

 private:
  const std::unique_ptr<grpc::ClientContext> context_;
  const std::unique_ptr<v1::Relay::Stub> stub_;
  const std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> stream_;
  v1::WatchResponse response_;
  int next_ = 0;
  std::string cursor_;
  bool finished_ = false;
};

int64_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  int64_t total = 0;
  int64_t resident = 0;
  statm >> total >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

class RelayServerWatchTest : public RelayServerTest {
 protected:
  std::unique_ptr<Watcher> Watch(absl::string_view project_id = "", absl::string_view cursor = "") {
    return WatchWith(user_key_, project_id, cursor);
  }
  std::unique_ptr<Watcher> WatchWith(absl::string_view key, absl::string_view project_id = "",
                                     absl::string_view cursor = "") {
    v1::WatchRequest request;
    request.set_project_id(std::string(project_id));
    request.set_cursor(std::string(cursor));
    return std::make_unique<Watcher>(Connect(), Context(key), request);
  }

  // An agent whose empty tree the relay knows, so that each change from now on is one event.
  std::unique_ptr<FakeAgent> StartEmptyAgent(absl::string_view project_id, absl::string_view instance_uid) {
    auto agent = StartAgent(project_id, instance_uid);
    const v1::RelayFrame asked = agent->WaitFor([](const v1::RelayFrame& frame) { return frame.has_state_request(); });
    v1::AgentFrame state;
    state.mutable_tree_state()->set_nonce(asked.state_request().nonce());
    state.mutable_tree_state()->set_last(true);
    agent->Send(state);
    return agent;
  }

  // Reports changes of files named `<prefix><n>` with the sequence numbers from `first` on.
  static void Report(FakeAgent& agent, int64_t first, int count, absl::string_view prefix = "file-",
                     size_t content_bytes = 0) {
    v1::AgentFrame frame;
    frame.mutable_events()->set_first_sequence(first);
    for (int64_t i = first; i < first + count; ++i) {
      v1::FileChanged& change = *frame.mutable_events()->add_changes();
      change.set_path(absl::StrCat(prefix, i));
      change.set_hash(absl::StrCat("hash-", i));
      change.set_change(v1::FILE_CHANGE_TYPE_MODIFIED);
      change.set_content(std::string(content_bytes, 'c'));
    }
    ASSERT_TRUE(agent.Send(frame));
  }
};

TEST_F(RelayServerWatchTest, TheFirstMessageComesAtOnceAndTellsTheCursor) {
  StartServer();
  Watch()->ExpectGreeting();
}

TEST_F(RelayServerWatchTest, AChangeReachesEveryWatcherOfTheProjectInOrder) {
  StartServer();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  const auto of_project = Watch("p1");
  const auto of_account = Watch();
  of_project->ExpectGreeting();
  of_account->ExpectGreeting();
  Report(*agent, 1, 3);
  for (Watcher* watcher : {of_project.get(), of_account.get()}) {
    EXPECT_EQ(watcher->NextPath(), "file-1");
    EXPECT_EQ(watcher->NextPath(), "file-2");
    EXPECT_EQ(watcher->NextPath(), "file-3");
  }
}

TEST_F(RelayServerWatchTest, AWatcherOfOneProjectHearsOfNoOther) {
  const std::string scoped = MakeKey(Role::kViewer, "acme", {"p2"}).key;
  StartServer();
  const auto agent1 = StartEmptyAgent("p1", "uid-1");
  const auto agent2 = StartEmptyAgent("p2", "uid-2");
  const auto by_request = Watch("p2");
  const auto by_scope = WatchWith(scoped);
  by_request->ExpectGreeting();
  by_scope->ExpectGreeting();
  const auto everything = Watch();
  everything->ExpectGreeting();
  Report(*agent1, 1, 1, "first-");
  EXPECT_EQ(everything->NextPath(), "first-1");
  Report(*agent2, 1, 1, "second-");
  EXPECT_EQ(by_request->NextPath(), "second-1");
  EXPECT_EQ(by_scope->NextPath(), "second-1");
}

TEST_F(RelayServerWatchTest, AnotherAccountHearsNothing) {
  const std::string stranger = MakeKey(Role::kUser, "other").key;
  const std::string strange_agent_key = MakeKey(Role::kAgent, "other").key;
  StartServer();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  EXPECT_EQ(WatchWith(stranger, "p1")->End().error_code(), grpc::StatusCode::NOT_FOUND);
  const auto watcher = WatchWith(stranger);
  watcher->ExpectGreeting();
  Report(*agent, 1, 1, "secret-");
  const auto own = Watch();
  own->ExpectGreeting();
  // The first thing that the stranger hears is of an agent of its own.
  FakeAgent theirs(Connect(), strange_agent_key, Applied);
  theirs.SendRegister(RegistrationOf("theirs", "uid-9"));
  const v1::Event event = watcher->Next();
  EXPECT_EQ(event.project_id(), "theirs");
  EXPECT_TRUE(event.has_presence());
}

TEST_F(RelayServerWatchTest, PresenceAndCommandsAreEventsToo) {
  StartServer();
  const auto watcher = Watch();
  watcher->ExpectGreeting();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  const v1::Event came = watcher->Next();
  EXPECT_EQ(came.presence().state(), v1::Presence::STATE_CONNECTED);
  EXPECT_EQ(came.presence().instance_uid(), "uid-1");
  ASSERT_THAT(Execute(FileWriteRequest("p1", "r1")), IsOk());
  std::vector<v1::CommandState> states;
  while (states.size() < 2) {
    const v1::Event event = watcher->Next();
    ASSERT_NE(event.body_case(), v1::Event::BODY_NOT_SET);
    if (event.has_command_progress()) states.push_back(event.command_progress().state());
  }
  EXPECT_THAT(states, ElementsAre(v1::COMMAND_STATE_SENT, v1::COMMAND_STATE_APPLIED));
}

TEST_F(RelayServerWatchTest, AWatcherResumesAfterTheLastEventThatItSaw) {
  StartServer();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  std::string cursor;
  {
    const auto watcher = Watch("p1");
    watcher->ExpectGreeting();
    Report(*agent, 1, 3);
    v1::Event event;
    do {
      event = watcher->Next();
    } while (event.file_changed().path() != "file-2");
    cursor = event.cursor();
  }
  Report(*agent, 4, 1);
  const auto resumed = Watch("p1", cursor);
  resumed->ExpectGreeting();
  EXPECT_EQ(resumed->Next().file_changed().path(), "file-3");
  EXPECT_EQ(resumed->Next().file_changed().path(), "file-4");
}

TEST_F(RelayServerWatchTest, ACursorThatIsNotKnownAnyLongerIsAnsweredWithAResync) {
  relay_options_.event_log.max_events = 10;
  StartServer();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  const auto watcher = Watch("p1");
  watcher->ExpectGreeting();
  const std::string old_cursor = watcher->cursor();
  for (int i = 1; i <= 30; ++i) {
    Report(*agent, i, 1);
    ASSERT_EQ(watcher->NextPath(), absl::StrCat("file-", i));
  }
  for (const std::string& cursor : {old_cursor, std::string("other.5"), std::string("nonsense")}) {
    const auto late = Watch("p1", cursor);
    late->ExpectGreeting();
    const v1::Event event = late->Next();
    EXPECT_TRUE(event.has_resync()) << cursor;
    EXPECT_EQ(event.project_id(), "p1");
    EXPECT_FALSE(event.cursor().empty());
  }
}

TEST_F(RelayServerWatchTest, EventsAfterAResyncFollowWithoutAGap) {
  StartServer();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  const auto watcher = Watch("", "nonsense");
  watcher->ExpectGreeting();
  EXPECT_TRUE(watcher->Next().has_resync());
  Report(*agent, 1, 1000);
  for (int i = 1; i <= 1000; ++i) ASSERT_EQ(watcher->NextPath(), absl::StrCat("file-", i));
}

TEST_F(RelayServerWatchTest, AnUnknownProjectIsNotFound) {
  StartServer();
  const grpc::Status status = Watch("nope")->End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(status.error_message(), HasSubstr("nope"));
}

TEST_F(RelayServerWatchTest, AnAccountHasAsManyWatchersAsAllowedAndAPlaceComesBack) {
  server_options_.streams.watchers_per_account = 1;
  StartServer();
  auto first = Watch();
  first->ExpectGreeting();
  const grpc::Status status = Watch()->End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("the account has 1 watchers"));
  first.reset();
  ASSERT_TRUE(Eventually([&] { return server_->watcher_count() == 0; }));
  Watch()->ExpectGreeting();
}

TEST_F(RelayServerWatchTest, AWatcherThatDoesNotReadIsDroppedWithoutHarmToOthers) {
  StartServer();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  std::vector<std::unique_ptr<Watcher>> stuck;
  for (int i = 0; i < 10; ++i) {
    stuck.push_back(Watch("p1"));
    stuck.back()->ExpectGreeting();
  }
  const auto good = Watch("p1");
  good->ExpectGreeting();
  const int64_t before = ResidentBytes();
  constexpr int kBatch = 100;
  constexpr int kEvents = 20'000;
  for (int64_t first = 1; first <= kEvents; first += kBatch) {
    Report(*agent, first, kBatch, "file-", 1000);
    for (int64_t i = first; i < first + kBatch; ++i) ASSERT_EQ(good->NextPath(), absl::StrCat("file-", i));
  }
#if !defined(ABSL_HAVE_ADDRESS_SANITIZER)
  // The log's 16 MiB and one message for each of the ten, not the 20 MB that each of them has not read.
  EXPECT_LT(ResidentBytes() - before, 64 << 20);
#else
  (void)before;
#endif
  EXPECT_EQ(server_->watcher_count(), 11);
  clock_.Advance(absl::Seconds(3));
  EXPECT_TRUE(Eventually([&] { return server_->watcher_count() == 1; }));
  for (const auto& watcher : stuck) EXPECT_FALSE(watcher->End().ok());
  Report(*agent, kEvents + 1, 1);
  EXPECT_EQ(good->NextPath(), absl::StrCat("file-", kEvents + 1));
}

TEST_F(RelayServerWatchTest, AWatcherThatTakesNoMessageForHalfAMinuteIsDropped) {
  StartServer();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  const auto stuck = Watch("p1");
  stuck->ExpectGreeting();
  const auto good = Watch("p1");
  good->ExpectGreeting();
  // More than the transport takes from a stream that is not read, less than the log holds.
  for (int i = 1; i <= 200; ++i) Report(*agent, i, 1, "file-", 20'000);
  for (int i = 1; i <= 200; ++i) ASSERT_EQ(good->NextPath(), absl::StrCat("file-", i));
  clock_.Advance(absl::Seconds(29));
  ASSERT_THAT(Execute(SpecListRequestFor("p1")), IsOk());
  EXPECT_EQ(server_->watcher_count(), 2);
  clock_.Advance(absl::Seconds(2));
  EXPECT_TRUE(Eventually([&] { return server_->watcher_count() == 1; }));
}

TEST_F(RelayServerWatchTest, AStreamThatEndsDoesNotWaitLongForAMessageThatTheWatcherDoesNotTake) {
  const CreatedKey key = MakeKey(Role::kUser);
  StartServer();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  const auto stuck = WatchWith(key.key, "p1");
  stuck->ExpectGreeting();
  const auto good = Watch("p1");
  good->ExpectGreeting();
  for (int i = 1; i <= 200; ++i) Report(*agent, i, 1, "file-", 20'000);
  for (int i = 1; i <= 200; ++i) ASSERT_EQ(good->NextPath(), absl::StrCat("file-", i));
  ASSERT_THAT(RevokeKeyById(keys_file_.path(), key.record.principal.key_id, clock_), IsOk());
  ASSERT_TRUE(Eventually([&] { return ListProjects(key.key).status().code() == absl::StatusCode::kUnauthenticated; }));
  // In steps, because the stream may hear of the revocation after some; less than a stuck message alone may take.
  absl::Duration advanced;
  EXPECT_TRUE(Eventually([&] {
    if (advanced < absl::Seconds(20)) clock_.Advance(absl::Milliseconds(100));
    advanced += absl::Milliseconds(100);
    return server_->watcher_count() == 1;
  }));
}

TEST_F(RelayServerWatchTest, AWatcherThatReadsTooSlowlyIsToldWhereToResume) {
  relay_options_.event_log.max_events = 50;
  StartServer();
  const auto agent = StartEmptyAgent("p1", "uid-1");
  const auto slow = Watch("p1");
  slow->ExpectGreeting();
  const auto good = Watch("p1");
  good->ExpectGreeting();
  for (int i = 1; i <= 500; ++i) {
    Report(*agent, i, 1, "file-", 10'000);
    ASSERT_EQ(good->NextPath(), absl::StrCat("file-", i));
  }
  // It goes on reading before the watchdog has seen it stuck.
  const grpc::Status status = slow->End();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_THAT(status.error_message(), HasSubstr("watch again from cursor epoch1."));
}

}  // namespace
}  // namespace specrelay
