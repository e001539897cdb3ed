#include "mcp_agent/link/grpc_relay_stream.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/grpc_timers.h"
#include "mcp_agent/link/testing/fake_gateway.h"
#include "mcp_agent/link/testing/recording_handler.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/capabilities.h"
#include "proto/support/frame_batch.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/self_signed_certificate.h"

namespace specrelay {
namespace {

using testing::Not;

v1::AgentFrame Pong(uint64_t nonce) {
  v1::AgentFrame frame;
  frame.mutable_pong()->set_nonce(nonce);
  return frame;
}

GrpcConnectorOptions To(int port) {
  GrpcConnectorOptions options;
  options.relay = *ParseRelayAddress(absl::StrCat("127.0.0.1:", port));
  return options;
}

class GrpcRelayStreamTest : public testing::Test {
 protected:
  ~GrpcRelayStreamTest() override {
    if (!started_) return;
    stream_->Cancel();
    EXPECT_THAT(handler_->WaitForEnd(), Not(HasCode(absl::StatusCode::kDeadlineExceeded)));
  }

  void Open(GrpcConnectorOptions options) {
    connector_ = std::make_unique<GrpcConnector>(std::move(options), timers_);
    ASSERT_OK_AND_ASSIGN(stream_, connector_->NewStream("srk_test", handler_));
  }

  void Start() {
    started_ = true;
    stream_->Start();
  }

  // A stream that the relay has accepted.
  std::unique_ptr<GatewayStream> OpenToGateway() {
    Open(To(gateway_.port()));
    Start();
    return gateway_.Accept();
  }

  GrpcTimers timers_;
  FakeGateway gateway_;
  std::shared_ptr<RecordingHandler> handler_ = std::make_shared<RecordingHandler>();
  std::unique_ptr<GrpcConnector> connector_;
  std::shared_ptr<RelayStream> stream_;
  bool started_ = false;
};

TEST_F(GrpcRelayStreamTest, FramesTravelBothWaysWithTheKeyInTheHeader) {
  handler_->Write(Pong(1));
  const auto relay = OpenToGateway();
  ASSERT_NE(relay, nullptr);
  EXPECT_EQ(relay->authorization(), "Bearer srk_test");
  EXPECT_EQ(relay->Read()->pong().nonce(), 1u);
  EXPECT_TRUE(relay->Welcome());
  EXPECT_EQ(handler_->WaitForFrame().welcome().server_version(), "fake");
  handler_->Write(Pong(2));
  stream_->Wake();
  EXPECT_EQ(relay->Read()->pong().nonce(), 2u);
  relay->Finish(grpc::Status::OK);
  EXPECT_THAT(handler_->WaitForEnd(), IsOk());
}

v1::RelayFrame WelcomeWithBatches() {
  v1::RelayFrame frame;
  frame.mutable_welcome()->add_capabilities(kBatchCapability);
  return frame;
}

TEST_F(GrpcRelayStreamTest, ARelayThatTakesBatchesGetsWhatWaitsInOneMessage) {
  const auto relay = OpenToGateway();
  ASSERT_TRUE(relay->Send(WelcomeWithBatches()));
  handler_->WaitForFrame();
  for (int i = 0; i < kMaxBatchFrames + 2; ++i) handler_->Write(Pong(i));
  handler_->HalfClose();
  stream_->Wake();
  const auto batch = relay->Read();
  ASSERT_TRUE(batch.has_value());
  EXPECT_EQ(batch->pong().nonce(), 0u);
  ASSERT_EQ(batch->more_size(), kMaxBatchFrames);
  for (int i = 0; i < kMaxBatchFrames; ++i) ASSERT_EQ(batch->more(i).pong().nonce(), static_cast<uint64_t>(i + 1));
  const auto last = relay->Read();
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(last->pong().nonce(), static_cast<uint64_t>(kMaxBatchFrames + 1));
  EXPECT_EQ(last->more_size(), 0);
  EXPECT_FALSE(relay->Read().has_value()) << "the end of writing came with the last frame";
}

TEST_F(GrpcRelayStreamTest, ALargeFrameEndsItsBatch) {
  const auto relay = OpenToGateway();
  ASSERT_TRUE(relay->Send(WelcomeWithBatches()));
  handler_->WaitForFrame();
  v1::AgentFrame large;
  large.mutable_outcome()->set_request_id(std::string(kFullBatchBytes, 'x'));
  for (const v1::AgentFrame& frame : {Pong(1), large, Pong(2)}) handler_->Write(frame);
  stream_->Wake();
  EXPECT_EQ(relay->Read()->more_size(), 1);
  EXPECT_EQ(relay->Read()->pong().nonce(), 2u);
}

TEST_F(GrpcRelayStreamTest, ARelayThatDoesNotSayThatItTakesBatchesGetsNone) {
  const auto relay = OpenToGateway();
  ASSERT_TRUE(relay->Welcome());
  handler_->WaitForFrame();
  for (int i = 0; i < 3; ++i) handler_->Write(Pong(i));
  stream_->Wake();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(relay->Read()->more_size(), 0) << i;
}

TEST_F(GrpcRelayStreamTest, FramesThatComeTogetherAreHandedOnInTheirOrder) {
  const auto relay = OpenToGateway();
  v1::RelayFrame batch;
  batch.mutable_ping()->set_nonce(1);
  batch.add_more()->mutable_ping()->set_nonce(2);
  batch.add_more()->mutable_ping()->set_nonce(3);
  ASSERT_TRUE(relay->Send(batch));
  for (const uint64_t nonce : {1, 2, 3}) {
    const v1::RelayFrame frame = handler_->WaitForFrame();
    EXPECT_EQ(frame.ping().nonce(), nonce);
    EXPECT_EQ(frame.more_size(), 0);
  }
}

TEST_F(GrpcRelayStreamTest, WhatIsAnsweredWhileAMessageIsHandledLeavesInOne) {
  handler_->set_on_frame([this](const v1::RelayFrame& frame) {
    if (!frame.has_ping()) return;
    handler_->Write(Pong(frame.ping().nonce()));
    stream_->Wake();
  });
  const auto relay = OpenToGateway();
  ASSERT_TRUE(relay->Send(WelcomeWithBatches()));
  handler_->WaitForFrame();
  v1::RelayFrame batch;
  batch.mutable_ping()->set_nonce(1);
  batch.add_more()->mutable_ping()->set_nonce(2);
  batch.add_more()->mutable_ping()->set_nonce(3);
  ASSERT_TRUE(relay->Send(batch));
  const auto answer = relay->Read();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->pong().nonce(), 1u);
  ASSERT_EQ(answer->more_size(), 2);
  EXPECT_EQ(answer->more(1).pong().nonce(), 3u);
}

TEST_F(GrpcRelayStreamTest, TheStatusWithWhichTheRelayEndsArrivesWhole) {
  for (const auto code : {grpc::StatusCode::UNAUTHENTICATED, grpc::StatusCode::FAILED_PRECONDITION}) {
    handler_ = std::make_shared<RecordingHandler>();
    const auto relay = OpenToGateway();
    relay->Finish(grpc::Status(code, "the reason"));
    EXPECT_THAT(handler_->WaitForEnd(), IsStatus(static_cast<absl::StatusCode>(code), "the reason"));
  }
}

TEST_F(GrpcRelayStreamTest, WhereNobodyListensTheAttemptEndsAtOnce) {
  int port;
  {
    FakeGateway gone;
    port = gone.port();
  }
  Open(To(port));
  Start();
  EXPECT_THAT(handler_->WaitForEnd(), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(GrpcRelayStreamTest, ManyThreadsMayWakeItAndEveryFrameLeavesInOrder) {
  const auto relay = OpenToGateway();
  constexpr int kFrames = 2000;
  std::vector<std::thread> wakers;
  std::atomic<bool> stop{false};
  for (int i = 0; i < 4; ++i) {
    wakers.emplace_back([&] {
      while (!stop) stream_->Wake();
    });
  }
  std::thread writer([&] {
    for (int i = 0; i < kFrames; ++i) {
      handler_->Write(Pong(i));
      stream_->Wake();
    }
  });
  for (int i = 0; i < kFrames; ++i) {
    const auto frame = relay->Read();
    ASSERT_TRUE(frame.has_value());
    ASSERT_EQ(frame->pong().nonce(), static_cast<uint64_t>(i));
  }
  writer.join();
  relay->Finish(grpc::Status::OK);
  EXPECT_THAT(handler_->WaitForEnd(), IsOk());
  stop = true;
  for (std::thread& waker : wakers) waker.join();
}

TEST_F(GrpcRelayStreamTest, AFrameThatIsAddedWhileAnotherIsWrittenNeedsNoSecondWake) {
  const auto relay = OpenToGateway();
  for (int i = 0; i < 1000; ++i) {
    handler_->Write(Pong(i));
    stream_->Wake();
    ASSERT_EQ(relay->Read()->pong().nonce(), static_cast<uint64_t>(i));
  }
}

TEST_F(GrpcRelayStreamTest, HalfClosingLetsTheRelayEndTheStream) {
  handler_->Write(Pong(1));
  handler_->HalfClose();
  const auto relay = OpenToGateway();
  EXPECT_TRUE(relay->Read().has_value());
  EXPECT_FALSE(relay->Read().has_value()) << "the end";
  EXPECT_TRUE(relay->Welcome()) << "the relay may still speak";
  EXPECT_TRUE(handler_->WaitForFrame().has_welcome());
  relay->Finish(grpc::Status::OK);
  EXPECT_THAT(handler_->WaitForEnd(), IsOk());
}

TEST_F(GrpcRelayStreamTest, CancelEndsAStreamThatTheRelayLeavesOpen) {
  const auto relay = OpenToGateway();
  stream_->Cancel();
  EXPECT_THAT(handler_->WaitForEnd(), HasCode(absl::StatusCode::kCancelled));
  stream_->Cancel();
  stream_->Wake();
}

TEST_F(GrpcRelayStreamTest, CancelEndsAStreamWhoseRelayReadsNothing) {
  v1::AgentFrame large;
  large.mutable_events()->add_changes()->set_content(std::string(1 << 20, 'x'));
  for (int i = 0; i < 16; ++i) handler_->Write(large);
  const auto relay = OpenToGateway();
  stream_->Cancel();
  EXPECT_THAT(handler_->WaitForEnd(), HasCode(absl::StatusCode::kCancelled));
}

TEST_F(GrpcRelayStreamTest, AStreamCancelledBeforeItsStartEndsOnceItIsStarted) {
  Open(To(gateway_.port()));
  stream_->Wake();
  stream_->Cancel();
  Start();
  EXPECT_THAT(handler_->WaitForEnd(), HasCode(absl::StatusCode::kCancelled));
}

TEST_F(GrpcRelayStreamTest, ARelayThatDiesEndsTheStream) {
  auto dying = std::make_unique<FakeGateway>();
  Open(To(dying->port()));
  Start();
  auto relay = dying->Accept();
  ASSERT_TRUE(relay->Welcome());
  handler_->WaitForFrame();
  std::thread killer([&] { dying.reset(); });
  EXPECT_FALSE(handler_->WaitForEnd().ok());
  relay.reset();
  killer.join();
}

TEST_F(GrpcRelayStreamTest, WhatIsNoFrameEndsTheStream) {
  const auto relay = OpenToGateway();
  ASSERT_TRUE(relay->SendBytes("\xff\xff\xff\xff\xff"));
  EXPECT_FALSE(handler_->WaitForEnd().ok());
}

TEST_F(GrpcRelayStreamTest, FramesOfSeventyMegabytesPassAndLargerOnesThanAllowedEndTheStream) {
  const auto relay = OpenToGateway();
  v1::RelayFrame frame;
  frame.mutable_command()->mutable_command()->mutable_file_write()->set_content(std::string(70 << 20, 'x'));
  ASSERT_TRUE(relay->Send(frame));
  EXPECT_EQ(handler_->WaitForFrame().command().command().file_write().content().size(), size_t{70} << 20);
  frame.mutable_command()->mutable_command()->mutable_file_write()->set_content(std::string(81 << 20, 'x'));
  relay->Send(frame);
  EXPECT_THAT(handler_->WaitForEnd(), HasCode(absl::StatusCode::kResourceExhausted));
}

TEST_F(GrpcRelayStreamTest, NothingIsLeftOfAStreamThatHasEnded) {
  absl::Notification gone;
  handler_ = std::shared_ptr<RecordingHandler>(new RecordingHandler, [&gone](RecordingHandler* handler) {
    delete handler;
    gone.Notify();
  });
  const auto relay = OpenToGateway();
  relay->Finish(grpc::Status::OK);
  EXPECT_THAT(handler_->WaitForEnd(), IsOk());
  handler_.reset();
  stream_.reset();
  started_ = false;
  EXPECT_TRUE(gone.WaitForNotificationWithTimeout(absl::Seconds(60)));
}

TEST_F(GrpcRelayStreamTest, AStreamThatIsNeverStartedLeavesNothing) {
  Open(To(gateway_.port()));
  const std::weak_ptr<RecordingHandler> handler = handler_;
  handler_.reset();
  stream_.reset();
  EXPECT_TRUE(handler.expired());
}

TEST_F(GrpcRelayStreamTest, AuthoritiesThatCannotBeReadAreAnErrorThatNamesTheFile) {
  GrpcConnectorOptions options = To(gateway_.port());
  options.tls = true;
  options.tls_ca = "/nonexistent/ca.pem";
  GrpcConnector connector(options, timers_);
  EXPECT_THAT(connector.NewStream("srk_test", handler_),
              IsStatus(absl::StatusCode::kNotFound, testing::HasSubstr("/nonexistent/ca.pem")));
}

class GrpcRelayStreamTlsTest : public GrpcRelayStreamTest {
 protected:
  GrpcRelayStreamTlsTest() {
    grpc::SslServerCredentialsOptions ssl;
    ssl.pem_key_cert_pairs.push_back({certificate_.private_key, certificate_.certificate});
    tls_gateway_ = std::make_unique<FakeGateway>(0, grpc::SslServerCredentials(ssl));
  }

  void OpenTrusting(const std::string& authorities, int port) {
    dir_.WriteFile("ca.pem", authorities);
    GrpcConnectorOptions options = To(port);
    options.tls = true;
    options.tls_ca = dir_.Join("ca.pem");
    Open(options);
    Start();
  }

  TempDir dir_;
  const SelfSignedCertificate certificate_ = MakeSelfSignedCertificate();
  std::unique_ptr<FakeGateway> tls_gateway_;
};

TEST_F(GrpcRelayStreamTlsTest, ARelayWhoseAuthorityIsTrustedIsSpokenTo) {
  handler_->Write(Pong(1));
  OpenTrusting(certificate_.certificate, tls_gateway_->port());
  const auto relay = tls_gateway_->Accept();
  EXPECT_EQ(relay->authorization(), "Bearer srk_test");
  EXPECT_TRUE(relay->Read()->has_pong());
}

TEST_F(GrpcRelayStreamTlsTest, ARelayThatAnotherAuthorityVouchesForIsNot) {
  OpenTrusting(MakeSelfSignedCertificate().certificate, tls_gateway_->port());
  EXPECT_THAT(handler_->WaitForEnd(), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(GrpcRelayStreamTlsTest, ARelayThatDoesNotEncryptNeverSeesTheKey) {
  OpenTrusting(certificate_.certificate, gateway_.port());
  EXPECT_THAT(handler_->WaitForEnd(), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(GrpcRelayStreamTlsTest, ARelayThatEncryptsIsNotSpokenToInPlainText) {
  Open(To(tls_gateway_->port()));
  Start();
  EXPECT_THAT(handler_->WaitForEnd(), HasCode(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace specrelay
