// The server itself: how it starts, what it says about itself, how it goes.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/relay_server.h"
#include "relay/testing/raw_call.h"
#include "relay/testing/relay_server_fixture.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A certificate for "localhost" that signs itself, and its key, in two PEM files.
void WriteCertificate(const std::string& certificate_path, const std::string& key_path) {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate, name);
  X509_sign(certificate, key, EVP_sha256());
  std::FILE* file = std::fopen(certificate_path.c_str(), "w");
  PEM_write_X509(file, certificate);
  std::fclose(file);
  file = std::fopen(key_path.c_str(), "w");
  PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
  X509_free(certificate);
  EVP_PKEY_free(key);
}

class RelayServerLifeTest : public RelayServerTest {
 protected:
  // Tries to start with server_options_.
  absl::Status TryStart() {
    keys_ = KeyStore::Open(keys_file_.path(), clock_).value();
    relay_ = std::make_unique<Relay>(relay_options_, clock_);
    return RelayServer::Start(server_options_, *relay_, *keys_, clock_).status();
  }
  std::string Health(const std::string& service) const {
    const std::string request = service.empty() ? "" : absl::StrCat("\x0a", std::string(1, service.size()), service);
    const RawResult result = RawCall(channel_, "/grpc.health.v1.Health/Check", {request}, "");
    if (!result.status.ok()) return absl::StrCat("error ", result.status.error_code());
    if (result.responses == std::vector<std::string>{std::string("\x08\x01")}) return "SERVING";
    if (result.responses == std::vector<std::string>{std::string("\x08\x02")}) return "NOT_SERVING";
    return "?";
  }
};

TEST_F(RelayServerLifeTest, HealthIsToldForTheServerAndEachService) {
  StartServer();
  EXPECT_EQ(Health(""), "SERVING");
  EXPECT_EQ(Health("specrelay.v1.Relay"), "SERVING");
  EXPECT_EQ(Health("specrelay.v1.AgentGateway"), "SERVING");
  EXPECT_EQ(Health("unknown"), absl::StrCat("error ", grpc::StatusCode::NOT_FOUND));
}

TEST_F(RelayServerLifeTest, ReflectionListsTheServicesAndDescribesThem) {
  StartServer();
  const std::string list_services("\x3a\x00", 2);
  const std::string symbol = "specrelay.v1.Relay";
  const std::string describe = absl::StrCat("\x22", std::string(1, symbol.size()), symbol);
  const RawResult result = RawCall(channel_, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                   {list_services, describe}, "");
  ASSERT_TRUE(result.status.ok()) << result.status.error_message();
  ASSERT_EQ(result.responses.size(), 2u);
  EXPECT_THAT(result.responses[0], AllOf(HasSubstr("specrelay.v1.Relay"), HasSubstr("specrelay.v1.AgentGateway"),
                                         HasSubstr("grpc.health.v1.Health")));
  EXPECT_THAT(result.responses[1], AllOf(HasSubstr("specrelay/v1/relay.proto"), HasSubstr("ExecuteRequest")));
}

TEST_F(RelayServerLifeTest, ATakenPortIsAClearErrorAndNeverShared) {
  StartServer();
  server_options_.address = server_->address().ToString();
  const auto keys = std::move(keys_);
  const auto relay = std::move(relay_);
  EXPECT_THAT(TryStart(), IsStatus(absl::StatusCode::kFailedPrecondition,
                                   AllOf(HasSubstr(server_options_.address), HasSubstr("already in use"))));
  server_->Shutdown();
  server_.reset();
  EXPECT_THAT(TryStart(), IsOk()) << "a port is free again once its server is gone";
}

TEST_F(RelayServerLifeTest, WhatIsNoAddressIsRefused) {
  server_options_.address = "here";
  EXPECT_THAT(TryStart(), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("HOST:PORT")));
}

TEST_F(RelayServerLifeTest, ClientsThatTrustTheCertificateCallOverTls) {
  const std::string certificate_path = keys_file_.directory() + "/cert.pem";
  server_options_.tls_certificate_path = certificate_path;
  server_options_.tls_key_path = keys_file_.directory() + "/key.pem";
  WriteCertificate(certificate_path, server_options_.tls_key_path);
  StartServer();
  EXPECT_THAT(ListProjects(user_key_), HasCode(absl::StatusCode::kUnavailable)) << "plain text is refused";
  std::ifstream file(certificate_path);
  grpc::SslCredentialsOptions trust;
  trust.pem_root_certs.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("localhost");
  channel_ = grpc::CreateCustomChannel(server_->address().ToString(), grpc::SslCredentials(trust), arguments);
  EXPECT_THAT(ListProjects(user_key_), IsOk());
}

TEST_F(RelayServerLifeTest, UnusableCertificatesAreNamed) {
  const std::string directory = keys_file_.directory();
  WriteCertificate(directory + "/cert.pem", directory + "/key.pem");
  WriteCertificate(directory + "/cert2.pem", directory + "/key2.pem");
  const auto start = [&](const std::string& certificate, const std::string& key) {
    server_options_.tls_certificate_path = certificate;
    server_options_.tls_key_path = key;
    return TryStart();
  };
  EXPECT_THAT(start(directory + "/cert.pem", ""),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("only one of them")));
  EXPECT_THAT(start(directory + "/none.pem", directory + "/key.pem"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("none.pem")));
  EXPECT_THAT(start(directory + "/key.pem", directory + "/key.pem"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("no certificate")));
  EXPECT_THAT(start(directory + "/cert.pem", directory + "/cert.pem"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("no private key")));
  EXPECT_THAT(start(directory + "/cert.pem", directory + "/key2.pem"),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("does not belong")));
  EXPECT_THAT(start(directory + "/cert.pem", directory + "/key.pem"), IsOk());
}

TEST_F(RelayServerLifeTest, DrainingLetsCommandsEndAndTellsAgentsToComeBack) {
  StartServer();
  const auto agent = StartAgent("p1", "uid-1", nullptr);
  const auto context = Context(user_key_);
  const auto watcher = v1::Relay::NewStub(channel_)->Watch(context.get(), {});
  absl::StatusOr<v1::ExecuteResponse> response = absl::UnknownError("");
  std::thread caller([&] { response = Execute(SpecListRequestFor("p1", "r1")); });
  ASSERT_TRUE(Eventually([&] { return agent->commands().size() == 1; }));
  std::thread shutdown([&] { server_->Shutdown(); });

  const v1::RelayFrame drain = agent->WaitFor([](const v1::RelayFrame& frame) { return frame.has_drain(); });
  EXPECT_GE(drain.drain().retry_after().seconds(), 1);
  EXPECT_FALSE(server_->serving());
  EXPECT_EQ(Health(""), "NOT_SERVING");
  EXPECT_THAT(Execute(SpecListRequestFor("p1")), HasCode(absl::StatusCode::kUnavailable)) << "no new commands";
  v1::AgentFrame outcome;
  *outcome.mutable_outcome() = Applied(agent->commands()[0]);
  agent->Send(outcome);
  caller.join();
  EXPECT_THAT(response, IsOk());
  EXPECT_EQ(agent->WaitForEnd().error_code(), grpc::StatusCode::UNAVAILABLE);
  v1::WatchResponse event;
  while (watcher->Read(&event)) {
  }
  EXPECT_EQ(watcher->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  shutdown.join();
  server_->Shutdown();
}

TEST_F(RelayServerLifeTest, DrainingDoesNotWaitForeverForAnAnswer) {
  server_options_.drain_timeout = absl::Milliseconds(50);
  StartServer();
  const auto agent = StartAgent("p1", "uid-1", nullptr);
  absl::StatusOr<v1::ExecuteResponse> response = absl::UnknownError("");
  std::thread caller([&] { response = Execute(SpecListRequestFor("p1")); });
  ASSERT_TRUE(Eventually([&] { return agent->commands().size() == 1; }));
  server_->Shutdown();
  caller.join();
  EXPECT_THAT(response, HasCode(absl::StatusCode::kUnavailable));
}

TEST_F(RelayServerLifeTest, AnAgentThatDoesNotReadDelaysTheShutdownByNoMoreThanItsTimeout) {
  server_options_.drain_timeout = absl::Milliseconds(50);
  StartServer();
  const auto agent = std::make_unique<FakeAgent>(Connect(), agent_key_, nullptr, Reading::kNo);
  agent->SendRegister(RegistrationOf("p1", "uid-1"));
  ASSERT_TRUE(Eventually([&] { return ListProjects(user_key_)->projects_size() == 1; }));
  ASSERT_THAT(Submit(FileWriteRequest("p1", "r1", 4 << 20)), IsOk());
  const auto start = std::chrono::steady_clock::now();
  server_->Shutdown();
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8));
}

}  // namespace
}  // namespace specrelay
