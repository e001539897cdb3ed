#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Outcome = RelayHarness::Outcome;

class RelayQueueTest : public testing::Test {
 protected:
  void SetUp() override { harness_.Lose(harness_.Connect("p1", "i0")); }

  void Queue(absl::string_view id, absl::string_view path, absl::string_view project = "p1") {
    Outcome outcome;
    ASSERT_THAT(harness_.Execute(WriteRequestFor(project, id, path), outcome), IsOk());
    ASSERT_EQ(outcome.status->state(), v1::COMMAND_STATE_QUEUED);
  }

  absl::StatusOr<v1::ListQueueResponse> List(bool include_ended = false, const Caller& caller = CallerOf()) {
    v1::ListQueueRequest request;
    request.set_project_id("p1");
    request.set_include_ended(include_ended);
    return harness_.relay.ListQueue(caller, request);
  }
  std::vector<std::string> Ids(bool include_ended = false) {
    std::vector<std::string> ids;
    const v1::ListQueueResponse list = List(include_ended).value();
    for (const v1::QueuedCommand& command : list.commands()) ids.push_back(command.status().request_id());
    return ids;
  }
  absl::StatusOr<v1::CommandStatus> Cancel(absl::string_view id, const Caller& caller = CallerOf()) {
    v1::CancelCommandRequest request;
    request.set_request_id(std::string(id));
    return harness_.relay.CancelCommand(caller, request);
  }
  absl::StatusOr<v1::QueuedCommand> Get(absl::string_view id, const Caller& caller = CallerOf()) {
    v1::GetQueuedCommandRequest request;
    request.set_request_id(std::string(id));
    return harness_.relay.GetQueuedCommand(caller, request);
  }
  absl::StatusOr<v1::ResolveConflictResponse> Resolve(absl::string_view id, v1::ConflictResolution resolution,
                                                      const Caller& caller = CallerOf()) {
    v1::ResolveConflictRequest request;
    request.set_request_id(std::string(id));
    request.set_resolution(resolution);
    return harness_.relay.ResolveConflict(caller, request);
  }
  absl::StatusOr<v1::ResolveConflictResponse> ResendOver(absl::string_view hash, absl::string_view id) {
    v1::ResolveConflictRequest request;
    request.set_request_id(std::string(id));
    request.set_resolution(v1::CONFLICT_RESOLUTION_RESEND);
    request.set_base_hash(std::string(hash));
    return harness_.relay.ResolveConflict(CallerOf(), request);
  }

  // Queues "first" and "same" on one file and "other" on another, and lets the first end in a conflict.
  RelayHarness::Agent Collide() {
    Queue("first", "x");
    Queue("same", "x");
    Queue("other", "y");
    auto agent = harness_.Connect("p1", "i1");
    EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("first"));
    harness_.relay.OnFrame(agent.session, FailedFrame("first", ConflictError("x has changed", "x", "now", "theirs")));
    return agent;
  }

  RelayHarness harness_;
};

TEST_F(RelayQueueTest, TheQueueIsListedInOrderWithItsRoomAndWithoutContents) {
  Queue("b", "x");
  Queue("a", "y");
  ASSERT_OK_AND_ASSIGN(const v1::ListQueueResponse list, List());
  ASSERT_EQ(list.commands_size(), 2);
  EXPECT_EQ(list.durability(), v1::QUEUE_DURABILITY_MEMORY);
  EXPECT_EQ(list.free_commands(), 998);
  EXPECT_LT(list.free_bytes(), 16 << 20);
  const v1::QueuedCommand& first = list.commands(0);
  EXPECT_EQ(first.status().request_id(), "b");
  EXPECT_EQ(first.status().state(), v1::COMMAND_STATE_QUEUED);
  EXPECT_EQ(first.status().command(), "file-write");
  EXPECT_THAT(first.documents(), ElementsAre("x"));
  EXPECT_GT(first.size_bytes(), 0);
  EXPECT_FALSE(first.has_command());
  EXPECT_GT(first.expires_at().seconds(), first.status().accepted_at().seconds());
  EXPECT_EQ(Get("b")->command().file_write().content(), "text");
}

TEST_F(RelayQueueTest, AQueuedWriteIsTakenBackAndNeverSent) {
  Queue("a", "x");
  Queue("b", "x");
  ASSERT_OK_AND_ASSIGN(const v1::CommandStatus status, Cancel("a"));
  EXPECT_EQ(status.state(), v1::COMMAND_STATE_CANCELLED);
  EXPECT_THAT(status.reason(), AllOf(HasSubstr("laptop"), HasSubstr("nothing was done")));
  const auto agent = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("b"));
  EXPECT_THAT(Cancel("b"), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("WaitCommand")));
  EXPECT_THAT(Cancel("a"), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("CANCELLED")));
  EXPECT_THAT(Cancel("never"), HasCode(absl::StatusCode::kNotFound));
  Outcome outcome;
  EXPECT_THAT(harness_.Execute(WriteRequestFor("p1", "a", "x"), outcome),
              IsStatus(absl::StatusCode::kCancelled, HasSubstr("laptop")))
      << "who sends it again does not undo that";
}

TEST_F(RelayQueueTest, WhatAnAgentMayHaveExecutedIsTakenBackAsUnknown) {
  const auto agent = harness_.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", "r", "x"), outcome), IsOk());
  harness_.Lose(agent);
  EXPECT_EQ(Cancel("r")->state(), v1::COMMAND_STATE_UNKNOWN);
  EXPECT_EQ(outcome.calls, 1);
}

TEST_F(RelayQueueTest, AConflictIsKeptWithItsContentAndHoldsUpOnlyItsFile) {
  const auto agent = Collide();
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("other"));
  harness_.relay.OnFrame(agent.session, WrittenFrame("other"));
  EXPECT_THAT(RelayHarness::Deliveries(agent), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const v1::ListQueueResponse list, List());
  ASSERT_EQ(list.commands_size(), 2);
  EXPECT_EQ(list.commands(0).status().state(), v1::COMMAND_STATE_CONFLICT);
  EXPECT_EQ(list.commands(0).status().error().conflict().current_hash(), "now");
  EXPECT_EQ(list.commands(1).waits_for(), "first");
  EXPECT_EQ(Get("first")->command().file_write().content(), "text");
  harness_.clock.Advance(absl::Hours(25));
  harness_.relay.Tick();
  EXPECT_EQ(Get("first")->command().file_write().content(), "text") << "kept until somebody decides";
  EXPECT_THAT(harness_.StatusOf("same").reason(), HasSubstr("behind the conflict first"));
}

TEST_F(RelayQueueTest, AWriteMadeInSightOfAConflictIsSentAtOnceUnlessAnEarlierOneWaits) {
  const auto agent = Collide();
  harness_.relay.OnFrame(agent.session, WrittenFrame("other"));
  agent.stream->Take();
  Outcome outcome;
  ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", "overtaking", "x"), outcome), IsOk());
  EXPECT_THAT(RelayHarness::Deliveries(agent), IsEmpty()) << "it would overtake \"same\"";
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_QUEUED);
  EXPECT_THAT(Cancel("same"), IsOk());
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("overtaking"));
  harness_.relay.OnFrame(agent.session, WrittenFrame("overtaking"));
  ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", "merged", "x"), outcome), IsOk());
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("merged"));
}

TEST_F(RelayQueueTest, ADroppedConflictLetsTheOthersGo) {
  const auto agent = Collide();
  harness_.relay.OnFrame(agent.session, WrittenFrame("other"));
  agent.stream->Take();
  EXPECT_THAT(Resolve("first", v1::CONFLICT_RESOLUTION_DISCARD), IsOk());
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("same"));
  EXPECT_THAT(Ids(), ElementsAre("same"));
  EXPECT_THAT(Resolve("first", v1::CONFLICT_RESOLUTION_DISCARD), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(Get("first"), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(RelayQueueTest, AConflictIsSentAgainOverTheCurrentVersionBeforeWhatWaitsBehindIt) {
  const auto agent = Collide();
  harness_.relay.OnFrame(agent.session, WrittenFrame("other"));
  agent.stream->Take();
  ASSERT_OK_AND_ASSIGN(const v1::ResolveConflictResponse resent, Resolve("first", v1::CONFLICT_RESOLUTION_RESEND));
  EXPECT_EQ(resent.request_id(), "first~1");
  EXPECT_EQ(resent.state(), v1::COMMAND_STATE_SENT);
  const v1::CommandDelivery delivery = agent.stream->TakeOnly(v1::RelayFrame::kCommand).command();
  EXPECT_EQ(delivery.request_id(), "first~1");
  EXPECT_EQ(delivery.command().file_write().base_hash(), "now");
  EXPECT_EQ(delivery.command().file_write().content(), "text");
  EXPECT_EQ(Resolve("first", v1::CONFLICT_RESOLUTION_RESEND)->request_id(), "first~1") << "who asks twice sends once";
  EXPECT_THAT(RelayHarness::Deliveries(agent), IsEmpty());

  harness_.relay.OnFrame(agent.session, FailedFrame("first~1", ConflictError("again", "x", "later", "")));
  EXPECT_THAT(RelayHarness::Deliveries(agent), IsEmpty()) << "the later write on the file still waits";
  EXPECT_EQ(Resolve("first~1", v1::CONFLICT_RESOLUTION_RESEND)->request_id(), "first~2");
  agent.stream->Take();
  harness_.relay.OnFrame(agent.session, WrittenFrame("first~2"));
  EXPECT_EQ(harness_.StatusOf("first~2").state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("same"));
}

TEST_F(RelayQueueTest, WhatIsSentAgainAndFailsForAnotherReasonIsKeptAsWell) {
  const auto agent = Collide();
  ASSERT_THAT(Resolve("first", v1::CONFLICT_RESOLUTION_RESEND), IsOk());
  harness_.relay.OnFrame(agent.session, WrittenFrame("other"));
  agent.stream->Take();
  harness_.relay.OnFrame(agent.session, FailedFrame("first~1", absl::ResourceExhaustedError("the disk is full")));
  EXPECT_EQ(harness_.StatusOf("first~1").state(), v1::COMMAND_STATE_FAILED);
  EXPECT_EQ(Get("first~1")->command().file_write().content(), "text");
  ASSERT_THAT(Resolve("first~1", v1::CONFLICT_RESOLUTION_RESEND), IsOk());
  const v1::CommandDelivery again = agent.stream->TakeOnly(v1::RelayFrame::kCommand).command();
  EXPECT_EQ(again.command().file_write().base_hash(), "now") << "it is about the version that was decided about";
}

TEST_F(RelayQueueTest, ADecisionAboutADocumentThatChangedIsSentAgainOnlyForAVersionThatWasReviewed) {
  v1::ExecuteRequest approval = WriteRequestFor("p1", "r", "x");
  approval.mutable_command()->mutable_approval_update()->set_id("a1");
  approval.mutable_command()->mutable_approval_update()->set_reviewed_hash("old");
  Outcome outcome;
  ASSERT_THAT(harness_.Execute(approval, outcome), IsOk());
  const auto agent = harness_.Connect("p1", "i1");
  agent.stream->Take();
  harness_.relay.OnFrame(agent.session, FailedFrame("r", ConflictError("changed", "x", "now", "")));
  EXPECT_THAT(Resolve("r", v1::CONFLICT_RESOLUTION_RESEND),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("reviewed")));
  EXPECT_THAT(Resolve("r", v1::CONFLICT_RESOLUTION_DISCARD), IsOk());
}

TEST_F(RelayQueueTest, AWriteThatReplacedAnyVersionReplacesOnlyTheOneThatADecisionNames) {
  Outcome outcome;
  for (const char* id : {"any", "named"}) {
    v1::ExecuteRequest write = WriteRequestFor("p1", id, id);
    write.mutable_command()->mutable_file_write()->clear_base_hash();
    ASSERT_THAT(harness_.Execute(write, outcome), IsOk());
  }
  // As an agent says that was interrupted, and found the file edited since: it names no version.
  const absl::Status interrupted = absl::AbortedError("a file it changes has been edited since");
  const auto agent = harness_.Connect("p1", "i1");
  for (const char* id : {"any", "named"}) {
    EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre(id));
    harness_.relay.OnFrame(agent.session, FailedFrame(id, interrupted));
  }
  ASSERT_THAT(Resolve("any", v1::CONFLICT_RESOLUTION_RESEND), IsOk());
  const v1::CommandDelivery any = agent.stream->TakeOnly(v1::RelayFrame::kCommand).command();
  EXPECT_FALSE(any.command().file_write().has_base_hash());
  harness_.relay.OnFrame(agent.session, WrittenFrame("any~1"));
  ASSERT_THAT(ResendOver("seen", "named"), IsOk());
  const v1::CommandDelivery named = agent.stream->TakeOnly(v1::RelayFrame::kCommand).command();
  EXPECT_EQ(named.command().file_write().base_hash(), "seen");
}

TEST_F(RelayQueueTest, ADecisionNamesNoVersionForWhatReplacesNone) {
  v1::ExecuteRequest log = WriteRequestFor("p1", "r", "x");
  log.mutable_command()->mutable_impl_log_add()->set_spec_name("a");
  Outcome outcome;
  ASSERT_THAT(harness_.Execute(log, outcome), IsOk());
  const auto agent = harness_.Connect("p1", "i1");
  agent.stream->Take();
  harness_.relay.OnFrame(agent.session, FailedFrame("r", absl::AbortedError("edited since")));
  EXPECT_THAT(ResendOver("seen", "r"), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("base_hash")));
  EXPECT_THAT(Ids(), ElementsAre("r")) << "it waits for another decision";
}

TEST_F(RelayQueueTest, WhatWaitsOnTheWordOfAKeyThatIsRevokedIsNeverSent) {
  Queue("stolen", "x");
  Caller other = CallerOf();
  other.principal.key_id = "key_2";
  Outcome outcome;
  ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", "honest", "x"), outcome, other), IsOk());
  harness_.relay.EndRevoked([](const Principal& principal) { return principal.key_id == "key_2"; });
  EXPECT_EQ(harness_.StatusOf("stolen").state(), v1::COMMAND_STATE_FAILED);
  EXPECT_THAT(harness_.StatusOf("stolen").reason(), HasSubstr("revoked"));
  const auto agent = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("honest"));
}

TEST_F(RelayQueueTest, AThousandWritesBehindAConflictAreListedWithWhatTheyWaitFor) {
  Queue("first", "x");
  for (int i = 0; i < 998; ++i) Queue(absl::StrCat("r", i), i % 2 == 0 ? "x" : absl::StrCat("y", i));
  const auto agent = harness_.Connect("p1", "i1");
  harness_.relay.OnFrame(agent.session, FailedFrame("first", ConflictError("changed", "x", "now", "")));
  ASSERT_OK_AND_ASSIGN(const v1::ListQueueResponse list, List());
  ASSERT_EQ(list.commands_size(), 999);
  for (int i = 1; i < list.commands_size(); ++i) {
    EXPECT_EQ(list.commands(i).waits_for(), i % 2 == 1 ? "first" : "");
  }
}

TEST_F(RelayQueueTest, AConflictIsResolvedWhileTheAgentIsAwayToo) {
  const auto agent = Collide();
  harness_.Lose(agent);
  EXPECT_EQ(Resolve("first", v1::CONFLICT_RESOLUTION_RESEND)->state(), v1::COMMAND_STATE_QUEUED);
  EXPECT_THAT(Ids(), ElementsAre("first~1", "same", "other"));
  const auto back = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(back), ElementsAre("first~1"));
}

TEST_F(RelayQueueTest, AConflictThatIsAskedForAgainWhileTheAgentIsAwayIsToldAgain) {
  const auto agent = Collide();
  harness_.Lose(agent);
  Outcome outcome;
  const absl::Status status = harness_.Execute(WriteRequestFor("p1", "first", "x"), outcome).status();
  EXPECT_THAT(status, IsStatus(absl::StatusCode::kAborted, "x has changed"));
  EXPECT_EQ(ToCommandError(status).conflict().current_hash(), "now");
}

TEST_F(RelayQueueTest, AKeptWriteThatIsAppliedAllTheSameNeedsNoDecision) {
  const auto agent = Collide();
  harness_.relay.OnFrame(agent.session, WrittenFrame("other"));
  ASSERT_THAT(Ids(), ElementsAre("first", "same"));
  Outcome outcome;
  ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", "first", "x", v1::OFFLINE_POLICY_FAIL), outcome), IsOk());
  RelayHarness::Deliveries(agent);
  harness_.relay.OnFrame(agent.session, WrittenFrame("first"));
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("same")) << "it waited for the decision";
  EXPECT_THAT(Ids(), ElementsAre("same"));
}

TEST_F(RelayQueueTest, WhatBecameOfAResentWriteIsAskedForWithoutWaitingForIt) {
  const auto agent = Collide();
  harness_.relay.OnFrame(agent.session, WrittenFrame("other"));
  ASSERT_THAT(Resolve("first", v1::CONFLICT_RESOLUTION_RESEND), IsOk());
  harness_.clock.Advance(absl::Minutes(2));
  harness_.relay.Tick();
  ASSERT_EQ(harness_.StatusOf("first~1").state(), v1::COMMAND_STATE_UNKNOWN);
  ASSERT_THAT(Ids(), ElementsAre("first~1", "same"));
  RelayHarness::Deliveries(agent);

  v1::ExecuteRequest again = WriteRequestFor("p1", "first~1", "x");
  again.mutable_command()->mutable_file_write()->set_base_hash("now");
  Outcome outcome;
  ASSERT_THAT(harness_.Execute(again, outcome), IsOk());
  EXPECT_THAT(RelayHarness::Deliveries(agent), ElementsAre("first~1"));
  harness_.relay.OnFrame(agent.session, WrittenFrame("first~1"));
  EXPECT_EQ(outcome.status->state(), v1::COMMAND_STATE_APPLIED);
  EXPECT_THAT(Ids(), ElementsAre("same"));
}

TEST_F(RelayQueueTest, AConflictOfWhoWaitedForTheAnswerIsTheirs) {
  const auto agent = harness_.Connect("p1", "i1");
  Outcome outcome;
  ASSERT_THAT(harness_.Execute(WriteRequestFor("p1", "r", "x"), outcome), IsOk());
  harness_.relay.OnFrame(agent.session, FailedFrame("r", ConflictError("changed", "x", "now", "theirs")));
  EXPECT_EQ(outcome.status->error().conflict().current_content(), "theirs");
  EXPECT_THAT(Ids(), IsEmpty());
}

TEST_F(RelayQueueTest, OnlyAConflictIsResolvedAndOnlyInWaysThatThereAre) {
  Queue("r", "x");
  EXPECT_THAT(Resolve("r", v1::CONFLICT_RESOLUTION_DISCARD),
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("CancelCommand")));
  EXPECT_THAT(Resolve("never", v1::CONFLICT_RESOLUTION_RESEND), HasCode(absl::StatusCode::kNotFound));
  EXPECT_THAT(Resolve("r", v1::CONFLICT_RESOLUTION_UNSPECIFIED), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST_F(RelayQueueTest, ItIsClosedToOtherAccountsOtherScopesAndToViewersWhoWouldChangeIt) {
  Queue("r", "x");
  Caller scoped = CallerOf();
  scoped.principal.project_scopes = {"p2"};
  for (const Caller& stranger : {CallerOf("rival"), scoped}) {
    EXPECT_FALSE(List(false, stranger).ok());
    EXPECT_THAT(Get("r", stranger), HasCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(Cancel("r", stranger), HasCode(absl::StatusCode::kNotFound));
    EXPECT_THAT(Resolve("r", v1::CONFLICT_RESOLUTION_DISCARD, stranger), HasCode(absl::StatusCode::kNotFound));
  }
  const Caller viewer = CallerOf("acme", Role::kViewer);
  EXPECT_THAT(List(false, viewer), IsOk());
  EXPECT_THAT(Cancel("r", viewer), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Resolve("r", v1::CONFLICT_RESOLUTION_DISCARD, viewer), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(List(false, CallerOf("acme", Role::kAgent)), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(RelayQueueTest, WhatHasEndedWithoutSuccessIsListedOnRequest) {
  Queue("cancelled", "x");
  Queue("expired", "y");
  ASSERT_THAT(Cancel("cancelled"), IsOk());
  harness_.clock.Advance(absl::Hours(24) - absl::Minutes(1));
  Queue("applied", "z");
  harness_.relay.Tick();
  harness_.clock.Advance(absl::Minutes(1));
  harness_.relay.Tick();
  const auto agent = harness_.Connect("p1", "i1");
  harness_.relay.OnFrame(agent.session, WrittenFrame("applied"));
  EXPECT_THAT(Ids(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const v1::ListQueueResponse list, List(true));
  ASSERT_GE(list.commands_size(), 1);
  const v1::QueuedCommand& last = list.commands(list.commands_size() - 1);
  EXPECT_EQ(last.status().request_id(), "expired");
  EXPECT_EQ(last.status().state(), v1::COMMAND_STATE_EXPIRED);
  EXPECT_THAT(last.status().reason(), HasSubstr("no agent"));
}

TEST_F(RelayQueueTest, ItsBoundsAreToldAndHurtNobodyElse) {
  RelayOptions options = RelayHarness::DefaultOptions();
  options.queue.project = {2, 1 << 20};
  RelayHarness harness(options);
  for (const char* project : {"p1", "p2"}) harness.Lose(harness.Connect(project, "i0"));
  Outcome outcome;
  ASSERT_THAT(harness.Execute(WriteRequestFor("p1", "a", "x"), outcome), IsOk());
  ASSERT_THAT(harness.Execute(WriteRequestFor("p1", "b", "x"), outcome), IsOk());
  EXPECT_THAT(
      harness.Execute(WriteRequestFor("p1", "c", "x"), outcome),
      IsStatus(absl::StatusCode::kResourceExhausted, AllOf(HasSubstr("this project"), HasSubstr("2 commands"))));
  EXPECT_EQ(harness.StatusOf("c").state(), v1::COMMAND_STATE_UNSPECIFIED) << "it was never accepted";
  EXPECT_THAT(harness.Execute(WriteRequestFor("p2", "c", "x"), outcome), IsOk());
}

TEST_F(RelayQueueTest, AProjectTakenFromTheListTakesItsQueueWithIt) {
  Queue("r", "x");
  ASSERT_THAT(harness_.relay.ForgetProject(PrincipalOf("acme", Role::kUser), "p1"), IsOk());
  EXPECT_EQ(harness_.StatusOf("r").state(), v1::COMMAND_STATE_CANCELLED);
  const auto agent = harness_.Connect("p1", "i1");
  EXPECT_THAT(RelayHarness::Deliveries(agent), IsEmpty());
  EXPECT_EQ(harness_.relay.load().commands_queued, 0);
}

}  // namespace
}  // namespace specrelay
