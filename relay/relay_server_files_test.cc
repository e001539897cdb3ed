// ReadFile and WriteFile through a server, with agents and clients that do not behave.

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/support/body_transfer.h"
#include "proto/support/capabilities.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_server_fixture.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

class RelayServerFilesTest : public RelayServerTest {
 protected:
  void SetUp() override {
    StartServer();
    agent_ =
        std::make_unique<FakeAgent>(Connect(), agent_key_, [](const v1::CommandDelivery&) { return absl::nullopt; });
    v1::Register registration = RegistrationOf("p1", "uid-1");
    registration.add_capabilities(kTransferCapability);
    agent_->SendRegister(registration);
    agent_->WaitFor([](const v1::RelayFrame& frame) { return frame.has_welcome(); });
    stub_ = v1::Relay::NewStub(channel_);
    context_ = Context(user_key_);
  }

  std::unique_ptr<grpc::ClientReader<v1::ReadFileResponse>> Read(absl::string_view request_id) {
    v1::ReadFileRequest request;
    request.set_project_id("p1");
    request.set_request_id(std::string(request_id));
    request.mutable_file()->set_path("a");
    auto reader = stub_->ReadFile(context_.get(), request);
    WaitForStep([&](const v1::Transfer& step) { return step.has_grant() && step.request_id() == request_id; });
    return reader;
  }

  // Reads to the end; the content, or why there is none.
  static absl::StatusOr<std::string> Rest(grpc::ClientReader<v1::ReadFileResponse>& reader) {
    std::string content;
    v1::ReadFileResponse part;
    bool version = false;
    while (reader.Read(&part)) {
      content += part.data();
      version |= part.has_version();
    }
    const grpc::Status status = reader.Finish();
    if (!status.ok()) return FromGrpcStatus(status);
    EXPECT_TRUE(version) << "the version comes last";
    return content;
  }

  void BeginWrite(absl::string_view request_id) {
    writer_ = stub_->WriteFile(context_.get(), &written_);
    v1::WriteFileRequest part;
    part.mutable_start()->set_project_id("p1");
    part.mutable_start()->set_request_id(std::string(request_id));
    part.mutable_start()->mutable_file()->set_path("a");
    EXPECT_TRUE(writer_->Write(part));
    agent_->WaitFor([&](const v1::RelayFrame& frame) { return frame.command().request_id() == request_id; });
  }
  void WriteData(std::string data) {
    v1::WriteFileRequest part;
    part.set_data(std::move(data));
    writer_->Write(part);
  }
  absl::Status EndWrite(absl::string_view hash = "") {
    v1::WriteFileRequest part;
    part.mutable_end()->set_hash(std::string(hash));
    writer_->Write(part);
    writer_->WritesDone();
    return FromGrpcStatus(writer_->Finish());
  }

  v1::Transfer WaitForStep(const std::function<bool(const v1::Transfer&)>& wanted) {
    return agent_
        ->WaitFor([&](const v1::RelayFrame& frame) { return frame.has_transfer() && wanted(frame.transfer()); })
        .transfer();
  }
  v1::Transfer WaitForAbort() {
    return WaitForStep([](const v1::Transfer& step) { return step.has_abort(); });
  }

  void SendStep(absl::string_view request_id, v1::Transfer step) {
    v1::AgentFrame frame;
    step.set_request_id(std::string(request_id));
    *frame.mutable_transfer() = std::move(step);
    agent_->Send(frame);
  }
  void SendChunk(absl::string_view request_id, int64_t offset, std::string data) {
    v1::Transfer step;
    step.mutable_chunk()->set_offset(offset);
    step.mutable_chunk()->set_data(std::move(data));
    SendStep(request_id, std::move(step));
  }
  void SendEnd(absl::string_view request_id, absl::string_view body) {
    v1::Transfer step;
    step.mutable_end()->set_size_bytes(static_cast<int64_t>(body.size()));
    step.mutable_end()->set_hash(Sha256Hex(body));
    SendStep(request_id, std::move(step));
  }
  void GrantTo(absl::string_view request_id, int64_t offset) {
    v1::Transfer step;
    step.mutable_grant()->set_offset(offset);
    SendStep(request_id, std::move(step));
  }
  void SendReadOutcome(absl::string_view request_id, absl::string_view body) {
    v1::AgentFrame frame;
    frame.mutable_outcome()->set_request_id(std::string(request_id));
    frame.mutable_outcome()->set_state(v1::COMMAND_STATE_APPLIED);
    v1::FileVersion& version = *frame.mutable_outcome()->mutable_result()->mutable_file_read()->mutable_version();
    version.set_hash(Sha256Hex(body));
    version.set_size_bytes(static_cast<int64_t>(body.size()));
    agent_->Send(frame);
  }
  void SendWriteOutcome(absl::string_view request_id, absl::string_view body) {
    v1::AgentFrame frame = WrittenFrame(request_id);
    frame.mutable_outcome()->mutable_result()->mutable_file_write()->mutable_version()->set_hash(Sha256Hex(body));
    agent_->Send(frame);
  }

  std::unique_ptr<FakeAgent> agent_;
  std::unique_ptr<v1::Relay::Stub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  v1::WriteFileResponse written_;
  std::unique_ptr<grpc::ClientWriter<v1::WriteFileRequest>> writer_;
};

TEST_F(RelayServerFilesTest, AFileIsReadInParts) {
  const auto reader = Read("r1");
  SendChunk("r1", 0, "some ");
  SendChunk("r1", 5, "bytes");
  SendEnd("r1", "some bytes");
  SendReadOutcome("r1", "some bytes");
  ASSERT_OK_AND_ASSIGN(const std::string read, Rest(*reader));
  EXPECT_EQ(read, "some bytes");
}

TEST_F(RelayServerFilesTest, AnAgentIsGrantedMoreAsTheClientReads) {
  const auto reader = Read("r1");
  const std::string chunk(kMaxChunkBytes, 'x');
  for (int64_t at = 0; at < kTransferWindowBytes; at += kMaxChunkBytes) SendChunk("r1", at, chunk);
  v1::ReadFileResponse part;
  for (int64_t at = 0; at < kTransferWindowBytes; at += kMaxChunkBytes) ASSERT_TRUE(reader->Read(&part));
  EXPECT_EQ(part.data(), chunk);
  WaitForStep([](const v1::Transfer& step) { return step.grant().offset() == 2 * kTransferWindowBytes; });
  const std::string body(kTransferWindowBytes, 'x');
  SendEnd("r1", body);
  SendReadOutcome("r1", body);
  ASSERT_OK_AND_ASSIGN(const std::string rest, Rest(*reader));
  EXPECT_EQ(rest, "");
}

TEST_F(RelayServerFilesTest, AChunkThatLeavesAGapEndsTheRead) {
  const auto reader = Read("r1");
  SendChunk("r1", 1, "x");
  EXPECT_THAT(Rest(*reader).status(), IsStatus(absl::StatusCode::kInternal, HasSubstr("begins at byte 1")));
  EXPECT_EQ(WaitForAbort().request_id(), "r1");
}

TEST_F(RelayServerFilesTest, MoreThanWasGrantedEndsTheRead) {
  const auto reader = Read("r1");
  const std::string chunk(kMaxChunkBytes, 'x');
  // Faster than any client reads, and without looking at the grants.
  for (int64_t at = 0; at < 200 * kTransferWindowBytes; at += kMaxChunkBytes) SendChunk("r1", at, chunk);
  EXPECT_THAT(Rest(*reader).status(), IsStatus(absl::StatusCode::kInternal, HasSubstr("granted")));
}

TEST_F(RelayServerFilesTest, AHashThatIsNotThatOfTheBodyEndsTheRead) {
  const auto reader = Read("r1");
  SendChunk("r1", 0, "some");
  SendEnd("r1", "else");
  EXPECT_THAT(Rest(*reader).status(), IsStatus(absl::StatusCode::kInternal, HasSubstr("SHA-256")));
}

TEST_F(RelayServerFilesTest, AnAnswerWithoutTheBodyOrWithAnotherIsNoSuccess) {
  const auto reader = Read("r1");
  SendChunk("r1", 0, "some");
  SendReadOutcome("r1", "some");
  EXPECT_THAT(Rest(*reader).status(), IsStatus(absl::StatusCode::kInternal, HasSubstr("without the file")));
  context_ = Context(user_key_);
  const auto other = Read("r2");
  SendEnd("r2", "");
  SendReadOutcome("r2", "else");
  EXPECT_THAT(Rest(*other).status(), HasCode(absl::StatusCode::kDataLoss));
}

TEST_F(RelayServerFilesTest, AnAbortOfTheAgentsIsTheReadersAnswer) {
  const auto reader = Read("r1");
  SendStep("r1", AbortOf("r1", absl::AbortedError("changed while it was read")));
  EXPECT_THAT(Rest(*reader).status(), IsStatus(absl::StatusCode::kAborted, HasSubstr("changed")));
}

TEST_F(RelayServerFilesTest, AReaderThatLeavesTakesTheCommandBack) {
  const auto reader = Read("r1");
  context_->TryCancel();
  EXPECT_THAT(Rest(*reader).status(), HasCode(absl::StatusCode::kCancelled));
  agent_->WaitFor([](const v1::RelayFrame& frame) { return frame.cancel().request_id() == "r1"; });
}

TEST_F(RelayServerFilesTest, AnAgentThatVanishesEndsTheRead) {
  const auto reader = Read("r1");
  SendChunk("r1", 0, "some");
  agent_->Vanish();
  EXPECT_THAT(Rest(*reader).status(), IsStatus(absl::StatusCode::kUnavailable, HasSubstr("begin anew")));
}

TEST_F(RelayServerFilesTest, AFileIsWrittenInPartsAsFarAsTheAgentGrants) {
  BeginWrite("r1");
  GrantTo("r1", 6);
  WriteData("some ");
  WriteData("bytes");
  EXPECT_EQ(WaitForStep([](const v1::Transfer& step) { return step.chunk().offset() == 5; }).chunk().data(), "b");
  GrantTo("r1", 100);
  EXPECT_EQ(WaitForStep([](const v1::Transfer& step) { return step.chunk().offset() == 6; }).chunk().data(), "ytes");
  v1::WriteFileRequest part;
  part.mutable_end()->set_hash(Sha256Hex("some bytes"));
  writer_->Write(part);
  EXPECT_EQ(WaitForStep([](const v1::Transfer& step) { return step.has_end(); }).end().hash(), Sha256Hex("some bytes"));
  SendWriteOutcome("r1", "some bytes");
  writer_->WritesDone();
  ASSERT_THAT(FromGrpcStatus(writer_->Finish()), IsOk());
  EXPECT_EQ(written_.request_id(), "r1");
  EXPECT_EQ(written_.agent_instance(), "uid-1");
}

TEST_F(RelayServerFilesTest, AKnownIdIsAnsweredBeforeTheContentHasCome) {
  BeginWrite("r1");
  SendWriteOutcome("r1", "as it was");
  EXPECT_THAT(FromGrpcStatus(writer_->Finish()), IsOk());
  EXPECT_EQ(written_.file().version().hash(), Sha256Hex("as it was"));
}

TEST_F(RelayServerFilesTest, AnIdThatWasUsedForOtherContentIsTold) {
  BeginWrite("r1");
  GrantTo("r1", 100);
  WriteData("this");
  v1::WriteFileRequest part;
  part.mutable_end();
  writer_->Write(part);
  WaitForStep([](const v1::Transfer& step) { return step.has_end(); });
  SendWriteOutcome("r1", "that");
  EXPECT_THAT(FromGrpcStatus(writer_->Finish()),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("other content")));
}

TEST_F(RelayServerFilesTest, AHashThatIsNotThatOfTheContentWritesNothing) {
  BeginWrite("r1");
  GrantTo("r1", 100);
  WriteData("some");
  EXPECT_THAT(EndWrite(Sha256Hex("else")), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("SHA-256")));
  WaitForAbort();
}

TEST_F(RelayServerFilesTest, PartsOutOfOrderAreRefused) {
  writer_ = stub_->WriteFile(context_.get(), &written_);
  WriteData("some");
  EXPECT_THAT(EndWrite(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("first message")));
  context_ = Context(user_key_);
  BeginWrite("r1");
  v1::WriteFileRequest part;
  part.mutable_start()->set_project_id("p1");
  writer_->Write(part);
  EXPECT_THAT(EndWrite(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("twice")));
  context_ = Context(user_key_);
  BeginWrite("r2");
  writer_->Write(v1::WriteFileRequest());
  EXPECT_THAT(EndWrite(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("none of")));
}

TEST_F(RelayServerFilesTest, APartThatIsTooLargeIsRefused) {
  BeginWrite("r1");
  WriteData(std::string((1 << 20) + 1, 'x'));
  EXPECT_THAT(EndWrite(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("at most")));
  WaitForAbort();
}

TEST_F(RelayServerFilesTest, AnAbsurdGrantEndsTheWrite) {
  BeginWrite("r1");
  GrantTo("r1", int64_t{1} << 60);
  EXPECT_THAT(EndWrite(), IsStatus(absl::StatusCode::kInternal, HasSubstr("grant")));
}

TEST_F(RelayServerFilesTest, ARefusalOfTheAgentsEndsTheWriteBeforeItsContent) {
  BeginWrite("r1");
  agent_->Send(FailedFrame("r1", absl::PermissionDeniedError("read only")));
  EXPECT_THAT(FromGrpcStatus(writer_->Finish()), IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr("read only")));
}

TEST_F(RelayServerFilesTest, AKeyThatIsRevokedEndsItsTransfers) {
  const auto reader = Read("r1");
  server_->streams().EndRevoked([](const Principal& principal) { return principal.role == Role::kAgent; });
  EXPECT_THAT(Rest(*reader).status(), HasCode(absl::StatusCode::kUnauthenticated));
  agent_->WaitFor([](const v1::RelayFrame& frame) { return frame.cancel().request_id() == "r1"; });
}

TEST_F(RelayServerFilesTest, WithoutAKeyNothingPasses) {
  context_ = Context("");
  v1::ReadFileRequest request;
  request.set_project_id("p1");
  EXPECT_THAT(Rest(*stub_->ReadFile(context_.get(), request)).status(), HasCode(absl::StatusCode::kUnauthenticated));
  context_ = Context("");
  writer_ = stub_->WriteFile(context_.get(), &written_);
  EXPECT_THAT(FromGrpcStatus(writer_->Finish()), HasCode(absl::StatusCode::kUnauthenticated));
}

}  // namespace
}  // namespace specrelay
