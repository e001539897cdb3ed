// The probe against a server on a real port.
#include "mcp_agent/doctor/grpc_relay_probe.h"

#include <sys/socket.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/relay_greeting.h"
#include "proto/support/testing/status_matchers.h"
#include "specrelay/v1/agent_gateway.grpc.pb.h"
#include "specrelay/v1/relay.grpc.pb.h"
#include "tests/support/self_signed_certificate.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

constexpr absl::Duration kTimeout = absl::Seconds(20);

// A relay that knows one key, of an agent.
class FakeListing final : public v1::Relay::Service {
 public:
  explicit FakeListing(const std::shared_ptr<grpc::ServerCredentials>& credentials) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", credentials, &port_);
    builder.RegisterService(this);
    server_ = builder.BuildAndStart();
  }

  int port() const { return port_; }

  grpc::Status ListProjects(grpc::ServerContext* context, const v1::ListProjectsRequest* /*request*/,
                            v1::ListProjectsResponse* /*response*/) override {
    const auto key = context->client_metadata().find("authorization");
    if (key == context->client_metadata().end() || key->second != "Bearer srk_good") {
      return {grpc::StatusCode::UNAUTHENTICATED, "unknown key"};
    }
    context->AddInitialMetadata(kRoleMetadataKey, "agent");
    context->AddInitialMetadata(kTimeMetadataKey, "2026-11-21T02:21:34.305Z");
    context->AddInitialMetadata(kProtocolMetadataKey, "1-2");
    return {grpc::StatusCode::PERMISSION_DENIED, "agents may not list"};
  }

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

GrpcConnectorOptions At(int port) {
  GrpcConnectorOptions options;
  options.relay = {"127.0.0.1", port, true};
  return options;
}

TEST(GrpcRelayProbeTest, GetsWhatARelayTellsToAnAgentsKey) {
  const FakeListing relay(grpc::InsecureServerCredentials());
  GrpcRelayProbe probe(At(relay.port()), kTimeout);
  EXPECT_THAT(probe.Reach(), IsOk());
  ASSERT_THAT(probe.Connect(), IsOk());
  const absl::Time before = absl::Now();
  const RelayGreeting greeting = probe.Greet("srk_good");
  EXPECT_THAT(greeting.status, IsOk()) << "an agent's key may not list projects, and is a valid one";
  EXPECT_EQ(greeting.role, "agent");
  EXPECT_EQ(greeting.time, "2026-11-21T02:21:34.305Z");
  EXPECT_EQ(greeting.protocol, "1-2");
  EXPECT_LE(before, greeting.asked);
  EXPECT_LE(greeting.asked, greeting.answered);
}

TEST(GrpcRelayProbeTest, GetsTheRefusalOfAKey) {
  const FakeListing relay(grpc::InsecureServerCredentials());
  GrpcRelayProbe probe(At(relay.port()), kTimeout);
  ASSERT_THAT(probe.Connect(), IsOk());
  EXPECT_THAT(probe.Greet("srk_bad").status, IsStatus(absl::StatusCode::kUnauthenticated, HasSubstr("unknown key")));
}

TEST(GrpcRelayProbeTest, NothingAtThePortIsNotReached) {
  int port = 0;
  {
    const FakeListing relay(grpc::InsecureServerCredentials());
    port = relay.port();
  }
  GrpcRelayProbe probe(At(port), kTimeout);
  EXPECT_THAT(probe.Reach(), IsStatus(absl::StatusCode::kUnavailable, HasSubstr("refused")));
}

TEST(GrpcRelayProbeTest, ANameWithoutAnAddressIsNotFound) {
  GrpcConnectorOptions options = At(1);
  options.relay.host = "no-such-host.invalid";
  EXPECT_THAT(GrpcRelayProbe(options, kTimeout).Reach(), HasCode(absl::StatusCode::kNotFound));
}

TEST(GrpcRelayProbeTest, AServerThatIsNoRelayIsNone) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  v1::AgentGateway::Service other;
  builder.RegisterService(&other);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  GrpcRelayProbe probe(At(port), kTimeout);
  EXPECT_THAT(probe.Connect(), HasCode(absl::StatusCode::kUnavailable));
}

class TlsProbeTest : public testing::Test {
 protected:
  TlsProbeTest() : certificate_(MakeSelfSignedCertificate()) {
    grpc::SslServerCredentialsOptions ssl;
    ssl.pem_key_cert_pairs.push_back({certificate_.private_key, certificate_.certificate});
    relay_ = std::make_unique<FakeListing>(grpc::SslServerCredentials(ssl));
    dir_.WriteFile("ca.pem", certificate_.certificate);
    options_ = At(relay_->port());
    options_.tls = true;
    options_.tls_ca = dir_.Join("ca.pem");
  }

  TempDir dir_;
  const SelfSignedCertificate certificate_;
  std::unique_ptr<FakeListing> relay_;
  GrpcConnectorOptions options_;
};

TEST_F(TlsProbeTest, ConnectsWhereTheAuthorityIsTrusted) {
  GrpcRelayProbe probe(options_, kTimeout);
  ASSERT_THAT(probe.Connect(), IsOk());
  EXPECT_THAT(probe.Greet("srk_good").status, IsOk());
}

TEST_F(TlsProbeTest, RefusesAnAuthorityThatIsNot) {
  dir_.WriteFile("ca.pem", MakeSelfSignedCertificate().certificate);
  GrpcRelayProbe probe(options_, kTimeout);
  EXPECT_THAT(probe.Reach(), IsOk());
  EXPECT_THAT(probe.Connect(), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(TlsProbeTest, PlainTextToATlsPortIsNoConnection) {
  options_.tls = false;
  GrpcRelayProbe probe(options_, kTimeout);
  EXPECT_THAT(probe.Connect(), HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(TlsProbeTest, AuthoritiesThatCannotBeReadAreNamed) {
  options_.tls_ca = dir_.Join("nowhere.pem");
  GrpcRelayProbe probe(options_, kTimeout);
  EXPECT_THAT(probe.Connect(), IsStatus(absl::StatusCode::kNotFound, HasSubstr("nowhere.pem")));
}

}  // namespace
}  // namespace specrelay
