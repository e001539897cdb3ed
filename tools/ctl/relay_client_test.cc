#include "tools/ctl/relay_client.h"

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/api_key.h"
#include "relay/testing/scratch_keys_file.h"
#include "tests/support/self_signed_certificate.h"
#include "tools/ctl/testing/ctl_runner.h"
#include "tools/ctl/testing/fake_relay.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::shared_ptr<grpc::ServerCredentials> CredentialsOf(const SelfSignedCertificate& certificate) {
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs = {{certificate.private_key, certificate.certificate}};
  return grpc::SslServerCredentials(options);
}

class RelayClientTest : public testing::Test {
 protected:
  RelayClientTest() { options_.api_key = GenerateApiKey(); }

  std::string WriteFile(absl::string_view name, absl::string_view text) const {
    const std::string path = absl::StrCat(scratch_.directory(), "/", name);
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  const ScratchKeysFile scratch_;
  CtlOptions options_;
};

TEST_F(RelayClientTest, TheKeyTravelsAsABearerToken) {
  const FakeRelay relay;
  options_.relay = relay.address();
  EXPECT_EQ(Ctl(options_, {"projects"}).exit_code, 0);
  EXPECT_THAT(relay.authorizations(), ElementsAre(absl::StrCat("Bearer ", options_.api_key)));
}

TEST_F(RelayClientTest, EachCallSaysWhichProgramCallsAndHowLargeDetailsMayBe) {
  const FakeRelay relay;
  options_.relay = relay.address();
  EXPECT_EQ(Ctl(options_, {"projects"}).exit_code, 0);
  EXPECT_THAT(relay.MetadataOf("user-agent"), ElementsAre(StartsWith("specrelay_ctl/")));
  EXPECT_THAT(relay.MetadataOf(kMaxDetailsMetadataKey), ElementsAre(absl::StrCat(kHighestMaxDetailsBytes)));
}

TEST_F(RelayClientTest, AKeyFileGoesBeforeTheEnvironmentAndMayEndInANewline) {
  const FakeRelay relay;
  const std::string key = GenerateApiKey();
  options_.relay = relay.address();
  options_.api_key_file = WriteFile("key", absl::StrCat(key, "\r\n"));
  EXPECT_EQ(Ctl(options_, {"projects"}).exit_code, 0);
  EXPECT_THAT(relay.authorizations(), ElementsAre(absl::StrCat("Bearer ", key)));
}

TEST_F(RelayClientTest, WithoutAKeyNothingIsSentAndBothWaysToGiveOneAreNamed) {
  const FakeRelay relay;
  options_.relay = relay.address();
  for (const char* key : {"", "  \n"}) {
    options_.api_key = key;
    const CtlResult result = Ctl(options_, {"projects"});
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_EQ(result.ErrJson()["code"], "UNAUTHENTICATED");
    EXPECT_THAT(result.err, HasSubstr("--api_key_file"));
    EXPECT_THAT(result.err, HasSubstr("SPECRELAY_API_KEY"));
  }
  EXPECT_THAT(relay.authorizations(), ElementsAre());
}

TEST_F(RelayClientTest, WhatIsNoKeyIsNeitherSentNorShown) {
  const FakeRelay relay;
  options_.relay = relay.address();
  for (const std::string& text : {std::string("my-password"), options_.api_key.substr(0, 50), options_.api_key + "x",
                                  std::string("srk_\r\nx: y"), std::string("a\0b", 3)}) {
    options_.api_key = text;
    const CtlResult result = Ctl(options_, {"projects"});
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_THAT(std::string(result.ErrJson()["error"]), Not(HasSubstr(text)));
  }
  EXPECT_THAT(relay.authorizations(), ElementsAre());
}

TEST_F(RelayClientTest, AKeyFileThatCannotBeReadIsAUsageError) {
  options_.api_key_file = absl::StrCat(scratch_.directory(), "/none");
  const CtlResult result = Ctl(options_, {"projects"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("--api_key_file"));
}

TEST_F(RelayClientTest, AKeyNeverTravelsInPlainTextToAnotherMachineUnlessToldTo) {
  options_.relay = "relay.example.com:50051";
  EXPECT_THAT(RelayClient::Create(options_),
              IsStatus(absl::StatusCode::kInvalidArgument,
                       testing::AllOf(HasSubstr("plain text"), HasSubstr("--tls"), HasSubstr("--insecure"))));
  EXPECT_EQ(Ctl(options_, {"projects"}).exit_code, 1);
  CtlOptions insecure = options_;
  insecure.insecure = true;
  EXPECT_THAT(RelayClient::Create(insecure), IsOk());
  CtlOptions tls = options_;
  tls.tls = true;
  EXPECT_THAT(RelayClient::Create(tls), IsOk());
  tls.insecure = true;
  EXPECT_THAT(RelayClient::Create(tls), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("contradicts")));
}

TEST_F(RelayClientTest, AnAddressThatIsNoneIsAUsageError) {
  for (const char* address : {"", "localhost", "unix:/tmp/socket", "127.0.0.1:0"}) {
    options_.relay = address;
    const CtlResult result = Ctl(options_, {"projects"});
    EXPECT_EQ(result.exit_code, 1) << address;
    EXPECT_THAT(result.err, HasSubstr("HOST:PORT"));
  }
}

TEST_F(RelayClientTest, AnUnreachableRelayIsUnavailableWithWhatToCheck) {
  {
    const FakeRelay relay;
    options_.relay = relay.address();
  }
  const CtlResult result = Ctl(options_, {"projects"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(result.err, HasSubstr(options_.relay));
  EXPECT_THAT(result.err, HasSubstr("check --relay"));
}

TEST_F(RelayClientTest, TlsWorksWithTheRightAuthority) {
  const SelfSignedCertificate certificate = MakeSelfSignedCertificate();
  const FakeRelay relay(CredentialsOf(certificate));
  options_.relay = relay.address();
  options_.tls_ca = WriteFile("ca.pem", certificate.certificate);
  const CtlResult result = Ctl(options_, {"projects"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(relay.authorizations(), ElementsAre(absl::StrCat("Bearer ", options_.api_key)));
}

TEST_F(RelayClientTest, TlsSendsNoKeyToAServerOfAnotherAuthorityOrToOneWithoutTls) {
  const FakeRelay stranger(CredentialsOf(MakeSelfSignedCertificate()));
  const FakeRelay plain;
  options_.tls_ca = WriteFile("ca.pem", MakeSelfSignedCertificate().certificate);
  for (const FakeRelay* relay : {&stranger, &plain}) {
    options_.relay = relay->address();
    EXPECT_EQ(Ctl(options_, {"projects"}).exit_code, 5);
    EXPECT_THAT(relay->authorizations(), ElementsAre());
  }
}

TEST_F(RelayClientTest, CertificatesThatCannotBeUsedAreUsageErrors) {
  options_.tls_ca = absl::StrCat(scratch_.directory(), "/none.pem");
  EXPECT_EQ(Ctl(options_, {"projects"}).exit_code, 1);
  options_.tls_ca = WriteFile("junk.pem", "junk");
  const CtlResult result = Ctl(options_, {"projects"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("no PEM certificate"));
}

TEST_F(RelayClientTest, AnswersOfManyMegabytesArrive) {
  FakeRelay relay;
  options_.relay = relay.address();
  const std::string name(40 << 20, 'n');
  relay.on_projects = [&](v1::ListProjectsResponse& response) {
    response.add_projects()->set_name(name);
    return grpc::Status::OK;
  };
  const CtlResult result = Ctl(options_, {"projects"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_GT(result.out.size(), name.size());
}

}  // namespace
}  // namespace specrelay
