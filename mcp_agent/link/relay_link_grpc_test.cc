// The link with its real transport, timers and threads.
#include <atomic>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/grpc_relay_stream.h"
#include "mcp_agent/link/grpc_timers.h"
#include "mcp_agent/link/relay_link.h"
#include "mcp_agent/link/testing/fake_gateway.h"
#include "mcp_agent/link/worker_pool.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);

v1::RelayFrame Command(absl::string_view request_id) {
  v1::RelayFrame frame;
  frame.mutable_command()->set_request_id(std::string(request_id));
  frame.mutable_command()->mutable_command()->mutable_spec_list();
  return frame;
}

v1::RelayFrame StateRequest(uint64_t nonce) {
  v1::RelayFrame frame;
  frame.mutable_state_request()->set_nonce(nonce);
  return frame;
}

class RelayLinkGrpcTest : public testing::Test {
 protected:
  RelayLinkGrpcTest() : gateway_(std::make_unique<FakeGateway>()) {
    GrpcConnectorOptions connection;
    connection.relay = *ParseRelayAddress(absl::StrCat("127.0.0.1:", gateway_->port()));
    connector_ = std::make_unique<GrpcConnector>(connection, timers_);
    RelayLinkOptions options;
    options.registration.set_agent_id("agent-1");
    auto execute = [this](const v1::CommandDelivery& delivery, absl::AnyInvocable<void(v1::CommandOutcome)> receive) {
      ++executed_;
      v1::CommandOutcome outcome;
      outcome.set_request_id(delivery.request_id());
      outcome.set_state(v1::COMMAND_STATE_APPLIED);
      outcome.mutable_result()->mutable_file_read()->set_content(std::string(answer_bytes_, 'x'));
      receive(std::move(outcome));
    };
    auto cancel = [](const std::vector<std::string>&, const absl::Status&) {};
    auto snapshot = [this](std::function<void(std::vector<v1::FileState>)> receive) {
      workers_.SubmitUrgent([receive = std::move(receive)] { receive(std::vector<v1::FileState>(700)); });
      return absl::OkStatus();
    };
    link_ =
        std::make_shared<RelayLink>(std::move(options), RelayLinkDependencies{connector_.get(), &timers_, &workers_,
                                                                              [] { return std::string("srk_test"); },
                                                                              execute, cancel, snapshot, random_});
  }

  ~RelayLinkGrpcTest() override {
    link_->Stop("test ends");
    EXPECT_TRUE(link_->WaitStopped(kPatience));
    EXPECT_TRUE(workers_.Drain(kPatience));
  }

  std::unique_ptr<GatewayStream> AcceptAndWelcome() {
    auto relay = gateway_->Accept();
    EXPECT_TRUE(relay->Read()->has_register_());
    EXPECT_TRUE(relay->Welcome());
    return relay;
  }

  std::mt19937_64 random_{7};
  GrpcTimers timers_;
  WorkerPool workers_;
  std::unique_ptr<FakeGateway> gateway_;
  std::unique_ptr<GrpcConnector> connector_;
  std::atomic<int> executed_{0};
  std::atomic<size_t> answer_bytes_{10};
  std::shared_ptr<RelayLink> link_;
};

TEST_F(RelayLinkGrpcTest, ServesCommandsEventsAndStateOverARealStream) {
  link_->Start();
  const auto relay = AcceptAndWelcome();
  ASSERT_TRUE(relay->Send(Command("r1")));
  EXPECT_EQ(relay->ReadAnswer()->outcome().request_id(), "r1");
  link_->OnChanges(std::vector<v1::FileChanged>(3), "");
  EXPECT_EQ(relay->Read()->events().changes_size(), 3);
  ASSERT_TRUE(relay->Send(StateRequest(5)));
  EXPECT_EQ(relay->Read()->tree_state().files_size(), 512);
  const auto last = relay->Read();
  EXPECT_TRUE(last->tree_state().last());
  EXPECT_EQ(last->tree_state().nonce(), 5u);
  EXPECT_EQ(last->tree_state().sequence(), 3);
}

TEST_F(RelayLinkGrpcTest, AThousandCommandsAtOnceAreEachAnsweredOnceWhileEventsFlow) {
  link_->Start();
  const auto relay = AcceptAndWelcome();
  constexpr int kCommands = 1000;
  answer_bytes_ = 2000;
  std::thread sender([&] {
    for (int i = 0; i < kCommands; ++i) relay->Send(Command(absl::StrCat("r", i)));
  });
  std::thread watcher([&] {
    for (int i = 0; i < 1000; ++i) link_->OnChanges(std::vector<v1::FileChanged>(2), "");
  });
  std::set<std::string> answered;
  int64_t next_event = 1;
  while (answered.size() < kCommands || next_event <= 2000) {
    const auto frame = relay->Read();
    ASSERT_TRUE(frame.has_value());
    if (frame->has_outcome()) {
      EXPECT_TRUE(answered.insert(frame->outcome().request_id()).second);
    }
    if (frame->has_events()) {
      EXPECT_EQ(frame->events().first_sequence(), next_event);
      next_event += frame->events().changes_size();
    }
  }
  sender.join();
  watcher.join();
  EXPECT_EQ(executed_, kCommands);
}

TEST_F(RelayLinkGrpcTest, ARelayThatDiesAndComesBackIsFoundWithinFiveSeconds) {
  link_->Start();
  auto relay = AcceptAndWelcome();
  const int port = gateway_->port();
  std::thread killer([&] { gateway_.reset(); });
  EXPECT_FALSE(relay->Read().has_value());
  relay.reset();
  killer.join();
  gateway_ = std::make_unique<FakeGateway>(port);
  ASSERT_EQ(gateway_->port(), port);
  const absl::Time back = absl::Now();
  relay = AcceptAndWelcome();
  EXPECT_LT(absl::Now() - back, absl::Seconds(5));
  ASSERT_TRUE(relay->Send(Command("r1")));
  EXPECT_EQ(relay->ReadAnswer()->outcome().request_id(), "r1");
}

TEST_F(RelayLinkGrpcTest, WhatIsNoFrameCostsOneStreamAndNoMore) {
  link_->Start();
  auto relay = AcceptAndWelcome();
  ASSERT_TRUE(relay->SendBytes("\xff\xff\xff\xff"));
  relay = AcceptAndWelcome();
  ASSERT_TRUE(relay->Send(Command("r1")));
  EXPECT_EQ(relay->ReadAnswer()->outcome().request_id(), "r1");
}

TEST_F(RelayLinkGrpcTest, StoppingSaysGoodbyeAndClosesTheStream) {
  link_->Start();
  const auto relay = AcceptAndWelcome();
  ASSERT_TRUE(relay->Send(Command("r1")));
  EXPECT_TRUE(relay->ReadAnswer()->has_outcome());
  link_->Stop("SIGTERM");
  EXPECT_EQ(relay->ReadAnswer()->goodbye().reason(), "SIGTERM");
  EXPECT_FALSE(relay->Read().has_value());
  relay->Finish(grpc::Status::OK);
  EXPECT_TRUE(link_->WaitStopped(kPatience));
}

}  // namespace
}  // namespace specrelay
