#include "mcp_agent/transfers/file_transfers.h"

#include <deque>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/commands/testing/executor_harness.h"
#include "mcp_agent/link/testing/fake_timers.h"
#include "mcp_agent/link/testing/manual_runner.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "mcp_agent/tree/tree_path.h"
#include "proto/support/body_transfer.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

v1::CommandDelivery WriteOf(absl::string_view request_id, absl::string_view path) {
  v1::CommandDelivery delivery;
  delivery.set_request_id(std::string(request_id));
  delivery.set_body(v1::BODY_KIND_FILE);
  delivery.mutable_command()->mutable_file_write()->set_path(std::string(path));
  *delivery.mutable_timeout() = ToProto(absl::Seconds(60));
  return delivery;
}

v1::CommandDelivery ReadOf(absl::string_view request_id, absl::string_view path) {
  v1::CommandDelivery delivery = WriteOf(request_id, "");
  delivery.mutable_command()->mutable_file_read()->set_path(std::string(path));
  return delivery;
}

// The relay's end of one command.
struct Remote {
  std::vector<v1::Transfer> sent;  // by the agent
  absl::optional<v1::CommandOutcome> outcome;
  std::shared_ptr<BodyLine> line =
      std::make_shared<BodyLine>([this](v1::Transfer step) { sent.push_back(std::move(step)); });

  absl::Status status() const {
    if (!outcome.has_value()) return absl::UnknownError("no outcome");
    return outcome->has_error() ? FromCommandError(outcome->error()) : absl::OkStatus();
  }

  std::string Body() const {
    std::string body;
    for (const v1::Transfer& step : sent) body += step.chunk().data();
    return body;
  }

  // How far the agent lets the relay go.
  int64_t granted() const {
    int64_t granted = 0;
    for (const v1::Transfer& step : sent) {
      if (step.has_grant()) granted = step.grant().offset();
    }
    return granted;
  }
};

// Tasks run when the test says so; the tree is on disk.
class FileTransfersTest : public testing::Test {
 protected:
  explicit FileTransfersTest(v1::AgentPolicy policy = {}) : harness_(directory_.path(), std::move(policy)) {}
  ~FileTransfersTest() override {
    for (const auto& remote : remotes_) remote->line->Break(absl::CancelledError("test ends"));
    runner_.RunAll();
    EXPECT_TRUE(transfers_.WaitIdle(absl::ZeroDuration()));
  }

  Remote& Begin(const v1::CommandDelivery& delivery) {
    remotes_.push_back(std::make_unique<Remote>());
    Remote& remote = *remotes_.back();
    transfers_.Execute(delivery, remote.line,
                       [&remote](v1::CommandOutcome outcome) { remote.outcome = std::move(outcome); });
    runner_.RunAll();
    return remote;
  }

  void Deliver(Remote& remote, v1::Transfer step) {
    remote.line->Deliver(std::move(step));
    runner_.RunAll();
  }

  void GrantTo(Remote& remote, int64_t offset) {
    v1::Transfer step;
    step.mutable_grant()->set_offset(offset);
    Deliver(remote, std::move(step));
  }

  // Sends a whole body as an honest relay does.
  void SendBody(Remote& remote, absl::string_view body) {
    TransferSender sender("r");
    while (sender.sent_bytes() < static_cast<int64_t>(body.size())) {
      v1::TransferGrant grant;
      grant.set_offset(remote.granted());
      ASSERT_THAT(sender.OnGrant(grant), IsOk());
      ASSERT_GT(sender.room(), 0);
      const auto at = static_cast<size_t>(sender.sent_bytes());
      Deliver(remote, sender.Chunk(std::string(body.substr(at, static_cast<size_t>(sender.room())))));
    }
    Deliver(remote, sender.End());
  }

  // Files below the tree that are none of the agent's own.
  std::vector<std::string> FilesInTree() const {
    std::vector<std::string> files;
    if (!directory_.Exists(".spec-context")) return files;
    const std::string root = directory_.Join(".spec-context/");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      std::string path = entry.path().string().substr(root.size());
      const bool own = path == "audit.jsonl" || path.rfind(".specrelay", 0) == 0;
      if (!own || IsTempFileName(entry.path().filename().string())) files.push_back(std::move(path));
    }
    return files;
  }

  const TempDir directory_;
  ExecutorHarness harness_;
  ManualRunner runner_;
  FakeTimers timers_;
  FileTransfers transfers_{harness_.environment(), runner_, timers_, {/*max_bytes=*/10 << 20, /*max_concurrent=*/2}};
  std::vector<std::unique_ptr<Remote>> remotes_;
};

TEST_F(FileTransfersTest, AFileIsSentAsFarAsItIsGranted) {
  const std::string content(3'000'000, 'x');
  directory_.WriteFile(".spec-context/a", content);
  Remote& remote = Begin(ReadOf("r1", "a"));
  EXPECT_TRUE(remote.sent.empty());
  GrantTo(remote, 1'000'000);
  EXPECT_EQ(remote.Body().size(), 1'000'000u);
  GrantTo(remote, 4'000'000);
  EXPECT_EQ(remote.Body(), content);
  ASSERT_THAT(remote.status(), IsOk());
  EXPECT_EQ(remote.sent.back().end().hash(), Sha256Hex(content));
  EXPECT_EQ(remote.outcome->result().file_read().version().hash(), Sha256Hex(content));
  EXPECT_TRUE(remote.outcome->result().file_read().content().empty());
}

TEST_F(FileTransfersTest, AWriteTakesEffectWhenAllOfItIsThere) {
  const std::string content(3'000'000, 'y');
  Remote& remote = Begin(WriteOf("r1", "specs/a/b"));
  EXPECT_EQ(remote.granted(), kTransferWindowBytes);
  EXPECT_TRUE(FilesInTree().empty());
  SendBody(remote, content);
  ASSERT_THAT(remote.status(), IsOk());
  EXPECT_EQ(remote.outcome->result().file_write().version().hash(), Sha256Hex(content));
  EXPECT_EQ(directory_.ReadFile(".spec-context/specs/a/b"), content);
  EXPECT_THAT(directory_.ReadFile(".spec-context/audit.jsonl"), HasSubstr("wrote specs/a/b"));
}

TEST_F(FileTransfersTest, ARequestIdThatIsKnownIsAnsweredWithoutItsBody) {
  SendBody(Begin(WriteOf("r1", "a")), "first");
  directory_.WriteFile(".spec-context/a", "edited");
  Remote& again = Begin(WriteOf("r1", "a"));
  ASSERT_THAT(again.status(), IsOk());
  EXPECT_EQ(again.outcome->result().file_write().version().hash(), Sha256Hex("first"));
  EXPECT_TRUE(again.sent.empty());
  EXPECT_THAT(Begin(WriteOf("r1", "b")).status(), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(directory_.ReadFile(".spec-context/a"), "edited");
}

TEST_F(FileTransfersTest, ABodyWithAnotherHashWritesNothing) {
  Remote& remote = Begin(WriteOf("r1", "a"));
  TransferSender sender("r1");
  v1::Transfer end = sender.End();
  end.mutable_end()->set_size_bytes(4);
  TransferSender other("r1");
  v1::TransferGrant grant;
  grant.set_offset(remote.granted());
  ASSERT_THAT(other.OnGrant(grant), IsOk());
  Deliver(remote, other.Chunk("some"));
  Deliver(remote, std::move(end));
  EXPECT_THAT(remote.status(), IsStatus(absl::StatusCode::kDataLoss, HasSubstr("SHA-256")));
  EXPECT_TRUE(remote.sent.back().has_abort());
  EXPECT_TRUE(FilesInTree().empty());
}

TEST_F(FileTransfersTest, ChunksThatLeaveAGapOrWereNotGrantedEndTheWrite) {
  Remote& gap = Begin(WriteOf("r1", "a"));
  v1::Transfer chunk;
  chunk.mutable_chunk()->set_offset(1);
  chunk.mutable_chunk()->set_data("x");
  Deliver(gap, chunk);
  EXPECT_THAT(gap.status(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("begins at byte 1")));
  Remote& flood = Begin(WriteOf("r2", "a"));
  for (int64_t at = 0; !flood.outcome.has_value() && at < 10 * kTransferWindowBytes; at += kMaxChunkBytes) {
    chunk.mutable_chunk()->set_offset(at);
    chunk.mutable_chunk()->set_data(std::string(kMaxChunkBytes, 'x'));
    flood.line->Deliver(chunk);
  }
  runner_.RunAll();
  EXPECT_THAT(flood.status(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("granted")));
  EXPECT_TRUE(FilesInTree().empty());
}

TEST_F(FileTransfersTest, AGrantThatIsAbsurdEndsTheRead) {
  directory_.WriteFile(".spec-context/a", std::string(100, 'x'));
  Remote& remote = Begin(ReadOf("r1", "a"));
  GrantTo(remote, int64_t{1} << 60);
  EXPECT_THAT(remote.status(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("grant")));
}

TEST_F(FileTransfersTest, StepsOfTheWrongDirectionEndTheTransfer) {
  directory_.WriteFile(".spec-context/a", "some");
  v1::Transfer chunk;
  chunk.mutable_chunk()->set_data("x");
  Remote& read = Begin(ReadOf("r1", "a/"));
  EXPECT_THAT(read.status(), HasCode(absl::StatusCode::kInvalidArgument));
  Remote& other = Begin(ReadOf("r2", "b"));
  EXPECT_THAT(other.status(), HasCode(absl::StatusCode::kNotFound));
  directory_.WriteFile(".spec-context/large", std::string(100, 'x'));
  Remote& large = Begin(ReadOf("r3", "large"));
  Deliver(large, chunk);
  EXPECT_THAT(large.status(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("where it is to get one")));
  Remote& write = Begin(WriteOf("r4", "b"));
  GrantTo(write, 10);
  EXPECT_THAT(write.status(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("where it is to send one")));
}

TEST_F(FileTransfersTest, ATransferThatIsBrokenOffLeavesNothing) {
  Remote& remote = Begin(WriteOf("r1", "new/a"));
  v1::Transfer chunk;
  chunk.mutable_chunk()->set_data("some");
  Deliver(remote, chunk);
  remote.line->Break(absl::CancelledError("the stream has ended"));
  runner_.RunAll();
  EXPECT_THAT(remote.status(), HasCode(absl::StatusCode::kCancelled));
  EXPECT_TRUE(FilesInTree().empty());
}

TEST_F(FileTransfersTest, ATransferThatRestsForTooLongEnds) {
  Remote& remote = Begin(WriteOf("r1", "a"));
  timers_.Advance(absl::Seconds(61));
  runner_.RunAll();
  EXPECT_THAT(remote.status(), IsStatus(absl::StatusCode::kCancelled, HasSubstr("time was over")));
  EXPECT_TRUE(FilesInTree().empty());
}

TEST_F(FileTransfersTest, MoreAtOnceThanAllowedAreRefusedUntilOneEnds) {
  Remote& first = Begin(WriteOf("r1", "a"));
  Begin(WriteOf("r2", "b"));
  EXPECT_THAT(Begin(WriteOf("r3", "c")).status(),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("its limit")));
  SendBody(first, "some");
  Remote& next = Begin(WriteOf("r4", "c"));
  SendBody(next, "some");
  EXPECT_THAT(next.status(), IsOk());
}

TEST_F(FileTransfersTest, AFullQueueEndsTheTransfer) {
  Remote& remote = Begin(WriteOf("r1", "a"));
  runner_.full = true;
  v1::Transfer chunk;
  chunk.mutable_chunk()->set_data("some");
  Deliver(remote, chunk);
  EXPECT_THAT(remote.status(), HasCode(absl::StatusCode::kResourceExhausted));
  runner_.full = false;
  EXPECT_TRUE(FilesInTree().empty());
}

TEST_F(FileTransfersTest, OnlyFilesPassInParts) {
  v1::CommandDelivery delivery = WriteOf("r1", "a");
  delivery.mutable_command()->mutable_spec_list();
  EXPECT_THAT(Begin(delivery).status(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("spec-list")));
  delivery = WriteOf("r2", "a");
  delivery.mutable_command()->mutable_file_write()->set_content("whole");
  EXPECT_THAT(Begin(delivery).status(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("both")));
}

TEST_F(FileTransfersTest, WhatRemotePeopleMayNotNameIsRefused) {
  EXPECT_THAT(Begin(WriteOf("r1", "approvals/a.json")).status(), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Begin(WriteOf("r2", "../a")).status(), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Begin(ReadOf("r3", ".specrelay/journal")).status(), HasCode(absl::StatusCode::kPermissionDenied));
}

TEST_F(FileTransfersTest, AFileOverTheLimitIsRefusedBeforeItsFirstByte) {
  directory_.WriteFile(".spec-context/a", std::string((10 << 20) + 1, 'x'));
  Remote& remote = Begin(ReadOf("r1", "a"));
  EXPECT_THAT(remote.status(), HasCode(absl::StatusCode::kResourceExhausted));
  EXPECT_TRUE(remote.sent.empty());
}

v1::AgentPolicy ReadOnlyPolicy() {
  v1::AgentPolicy policy;
  policy.set_read_only(true);
  return policy;
}

class ReadOnlyTransfersTest : public FileTransfersTest {
 protected:
  ReadOnlyTransfersTest() : FileTransfersTest(ReadOnlyPolicy()) {}
};

TEST_F(ReadOnlyTransfersTest, TheOwnersPolicyIsEnforced) {
  EXPECT_THAT(Begin(WriteOf("r1", "a")).status(), HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_FALSE(directory_.Exists(".spec-context"));
}

v1::AgentPolicy SmallFilesPolicy() {
  v1::AgentPolicy policy;
  policy.set_max_file_bytes(100);
  return policy;
}

class SmallFilesTransfersTest : public FileTransfersTest {
 protected:
  SmallFilesTransfersTest() : FileTransfersTest(SmallFilesPolicy()) {}
};

TEST_F(SmallFilesTransfersTest, ALimitOfTheOwnersGoesBefore) {
  directory_.WriteFile(".spec-context/a", std::string(101, 'x'));
  EXPECT_THAT(Begin(ReadOf("r1", "a")).status(), HasCode(absl::StatusCode::kResourceExhausted));
}

}  // namespace
}  // namespace specrelay
