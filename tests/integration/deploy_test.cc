// The main job through nginx, with the configuration that tools/deploy recommends.
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/deployment.h"
#include "tests/support/cluster.h"
#include "tests/support/subprocess.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kDocument[] = "/api/projects/p1/specs/trip/requirements";
constexpr char kWrongKey[] = "srk_0000000000000000000000000000000000000000000000000";

nlohmann::json JsonOf(const HttpAnswer& answer) { return nlohmann::json::parse(answer.body, nullptr, false); }

class DeployTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(deployment_, Deployment::Start());
    project_ = deployment_->cluster().Path("project");
    document_path_ = project_ + "/.spec-context/specs/trip/requirements.md";
    WriteFileOrDie(document_path_, "# before\n");
  }

  void StartAgent() { ASSERT_THAT(deployment_->StartAgent(project_, "p1"), IsOk()); }

  HttpAnswer Curl(absl::string_view path, const std::vector<std::string>& arguments = {}) {
    absl::StatusOr<HttpAnswer> answer = deployment_->Curl(path, arguments);
    EXPECT_THAT(answer, IsOk());
    return answer.value_or(HttpAnswer());
  }
  HttpAnswer CurlAs(Role role, absl::string_view path, std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.end(), {"--header", deployment_->KeyHeader(role)});
    return Curl(path, arguments);
  }

  std::unique_ptr<Deployment> deployment_;
  std::string project_;
  std::string document_path_;
};

TEST_F(DeployTest, AScriptReadsAndWritesWithItsKeyOverBothVersionsOfHttp) {
  StartAgent();
  for (const char* version : {"--http1.1", "--http2"}) {
    const std::string content = absl::StrCat("# written by ", version, "\n");
    const HttpAnswer written = CurlAs(
        Role::kUser, kDocument, {version, "--request", "PUT", "--json", nlohmann::json({{"content", content}}).dump()});
    EXPECT_EQ(written.status, 200) << written.body;
    EXPECT_EQ(ReadFileOrDie(document_path_), content);
    const HttpAnswer read = CurlAs(Role::kViewer, kDocument, {version});
    EXPECT_EQ(read.status, 200);
    EXPECT_EQ(read.version, version == std::string("--http2") ? "2" : "1.1");
    EXPECT_EQ(JsonOf(read)["content"], content);
    EXPECT_NE(read.Header("ETag"), "");
    EXPECT_EQ(CurlAs(Role::kViewer, kDocument, {version, "--header", "If-None-Match: " + read.Header("ETag")}).status,
              304);
  }
}

TEST_F(DeployTest, AWriteWithoutABodyNeedsNone) {
  StartAgent();
  for (const char* version : {"--http1.1", "--http2"}) {
    for (const char* action : {"archive", "unarchive"}) {
      const HttpAnswer answer = CurlAs(Role::kUser, absl::StrCat("/api/projects/p1/specs/trip/", action),
                                       {version, "--request", "POST", "--data", ""});
      EXPECT_EQ(answer.status, 200) << version << answer.body;
    }
  }
}

TEST_F(DeployTest, ABrowserLogsInAndWritesFromTheOwnPageAlone) {
  StartAgent();
  const std::string jar = deployment_->cluster().Path("cookies");
  const std::string origin = "Origin: https://" + deployment_->address();
  const HttpAnswer login =
      Curl("/api/session", {"--json", nlohmann::json({{"key", deployment_->cluster().KeyFor(Role::kUser)}}).dump(),
                            "--header", origin, "--cookie-jar", jar});
  ASSERT_EQ(login.status, 200) << login.body;
  EXPECT_THAT(login.Header("Set-Cookie"),
              AllOf(StartsWith("__Host-specrelay_session="), HasSubstr("; Secure"), HasSubstr("; HttpOnly")));
  const std::vector<std::string> write = {"--request", "PUT", "--json", R"({"content":"mine"})", "--cookie", jar};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.end(), write.begin(), write.end());
    return more;
  };
  EXPECT_EQ(Curl(kDocument, with({"--header", origin})).status, 200);
  EXPECT_EQ(Curl(kDocument, with({"--header", "Origin: https://evil.example"})).status, 403);
  EXPECT_EQ(Curl(kDocument, with({})).status, 403);
  EXPECT_EQ(Curl(kDocument, {"--cookie", jar}).status, 200);
  EXPECT_EQ(Curl(kDocument, {"--cookie", jar, "--header", "Host: evil.example"}).status, 403);
  EXPECT_EQ(Curl(kDocument).status, 401);
}

TEST_F(DeployTest, AnEditOnDiskIsAnEventAtOnce) {
  StartAgent();
  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Subprocess> events,
                       deployment_->StreamCurl("/api/events?projectId=p1", Role::kViewer));
  const auto wait_for = [&](absl::string_view text) {
    absl::StatusOr<std::string> line = events->ReadLine(kPatience);
    while (line.ok() && !absl::StrContains(*line, text)) line = events->ReadLine(kPatience);
    EXPECT_THAT(line, IsOk()) << text;
  };
  // Each waits for the one before, so that none may lie in a buffer until there are more.
  wait_for(":");
  WriteFileOrDie(document_path_, "# edited\n");
  wait_for("event: spec-update");
  WriteFileOrDie(project_ + "/.spec-context/steering/product.md", "# steered\n");
  wait_for("event: steering-update");
}

TEST_F(DeployTest, LargeDocumentsPassInBothDirections) {
  StartAgent();
  std::string content;
  while (content.size() < (6 << 20)) absl::StrAppend(&content, "line ", content.size(), "\n");
  const std::string body_path = deployment_->cluster().Path("body.json");
  WriteFileOrDie(body_path, nlohmann::json({{"content", content}}).dump());
  EXPECT_EQ(CurlAs(Role::kUser, kDocument, {"--request", "PUT", "--json", "@" + body_path}).status, 200);
  EXPECT_EQ(ReadFileOrDie(document_path_), content);
  EXPECT_EQ(JsonOf(CurlAs(Role::kUser, kDocument))["content"], content);
}

// tools/setup test puts buf there, which is outside of what Bazel knows.
std::string BufPath() {
  char resolved[PATH_MAX];
  if (realpath("tools/deploy/render_nginx", resolved) == nullptr) return "";
  return (std::filesystem::path(resolved).parent_path().parent_path() / "npm/node_modules/.bin/buf").string();
}

TEST_F(DeployTest, BufCurlExecutesACommandByReflection) {
  if (access(BufPath().c_str(), X_OK) != 0) GTEST_SKIP() << "run tools/setup test to have buf";
  StartAgent();
  ASSERT_OK_AND_ASSIGN(
      const std::unique_ptr<Subprocess> buf,
      Subprocess::Start(
          {BufPath(), "curl", "--protocol", "grpc", "--cacert", deployment_->certificate_path(), "--header",
           deployment_->KeyHeader(Role::kUser), "--data", R"({"projectId":"p1","command":{"specList":{}}})",
           deployment_->Url("/specrelay.v1.Relay/Execute")},
          {{"HOME", deployment_->cluster().Path("home")}}));
  std::string output;
  absl::StatusOr<std::string> line = buf->ReadLine(kPatience);
  for (; line.ok(); line = buf->ReadLine(kPatience)) absl::StrAppend(&output, *line, "\n");
  EXPECT_EQ(*buf->Wait(kPatience), 0) << output;
  EXPECT_THAT(output, HasSubstr("trip"));
}

TEST_F(DeployTest, AgentsComeBackWhenTheServerDoes) {
  StartAgent();
  ASSERT_THAT(deployment_->cluster().KillServer(), IsOk());
  const HttpAnswer away = CurlAs(Role::kUser, kDocument);
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(away.Header("Retry-After"), "5");
  EXPECT_TRUE(JsonOf(away).contains("error"));
  ASSERT_THAT(deployment_->cluster().StartServer(), IsOk());
  ASSERT_THAT(deployment_->cluster().WaitForAgents("p1", 1), IsOk());
  EXPECT_EQ(CurlAs(Role::kUser, kDocument).status, 200);
}

TEST_F(DeployTest, WrongKeysCountForTheRealAddressWhateverTheClientClaims) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Curl("/api/session", {"--header", absl::StrCat("Authorization: Bearer ", kWrongKey), "--header",
                                    absl::StrCat("X-Forwarded-For: 192.0.2.", i)})
                  .status,
              401);
  }
  const HttpAnswer sixth = Curl("/api/session", {"--header", absl::StrCat("Authorization: Bearer ", kWrongKey),
                                                 "--header", "X-Forwarded-For: 192.0.2.9"});
  EXPECT_EQ(sixth.status, 429);
  EXPECT_NE(sixth.Header("Retry-After"), "");
  EXPECT_THAT(sixth.body, HasSubstr("wrong keys"));
}

TEST_F(DeployTest, WhoAsksTooOftenIsAskedToWait) {
  const HttpAnswer last = Curl("/healthz?[1-600]");
  EXPECT_EQ(last.status, 429);
  EXPECT_EQ(last.Header("Retry-After"), "5");
  EXPECT_TRUE(JsonOf(last).contains("error"));
}

TEST_F(DeployTest, NginxRefusesInTheSameWordsAsTheServer) {
  const std::string body_path = deployment_->cluster().Path("body");
  WriteFileOrDie(body_path, std::string((16 << 20) + 1, 'x'));
  const HttpAnswer large = CurlAs(Role::kUser, kDocument, {"--request", "PUT", "--data-binary", "@" + body_path});
  EXPECT_EQ(large.status, 413);
  EXPECT_TRUE(JsonOf(large).contains("error"));

  const std::string long_header = "X-Long: " + std::string(40'000, 'x');
  const HttpAnswer header = Curl("/api/session", {"--http1.1", "--header", long_header});
  EXPECT_EQ(header.status, 400);
  EXPECT_TRUE(JsonOf(header).contains("error"));
  // Over HTTP/2 it resets the stream.
  EXPECT_FALSE(deployment_->Curl("/api/session", {"--http2", "--header", long_header}).ok());

  const HttpAnswer no_grpc = Curl("/specrelay.v1.Relay/Execute", {"--json", "{}"});
  EXPECT_EQ(no_grpc.status, 415);
  EXPECT_TRUE(JsonOf(no_grpc).contains("error"));
}

TEST_F(DeployTest, LoginLinksAreNotLogged) {
  EXPECT_EQ(Curl("/login?token=a-secret").status, 401);
  EXPECT_THAT(ReadFileOrDie(deployment_->access_log_path()),
              AllOf(HasSubstr("GET /login "), Not(HasSubstr("a-secret"))));
}

TEST_F(DeployTest, TheServersOwnNameIsKnownAndBoundToTls) {
  const HttpAnswer answer = Curl("/healthz", {"--header", absl::StrCat("Host: ", kServerName)});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.Header("Strict-Transport-Security"), StartsWith("max-age="));
  EXPECT_EQ(answer.Header("Server"), "nginx");  // and no version
}

TEST_F(DeployTest, OnlyTlsOfTodayIsSpoken) {
  EXPECT_FALSE(deployment_->Curl("/healthz", {"--tls-max", "1.1"}).ok());
  EXPECT_TRUE(deployment_->Curl("/healthz", {"--tls-max", "1.2"}).ok());
  EXPECT_TRUE(deployment_->Curl("/healthz", {"--tlsv1.3"}).ok());
}

}  // namespace
}  // namespace specrelay
