#include <httplib.h>

#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "dashboard/http/http_server.h"
#include "dashboard/http/testing/raw_http.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/self_signed_certificate.h"

namespace specrelay {
namespace {

// More than the buffers of two sockets hold.
constexpr size_t kLargeBytes = 16 << 20;

// Says a word three times.
class ThreeWords final : public ResponseStream {
 public:
  explicit ThreeWords(std::string word) : word_(std::move(word)) {}

  void WhenReady(std::function<void()>) override {}
  absl::optional<std::string> Next() override {
    if (said_++ == 3) return absl::nullopt;
    return word_;
  }
  void Cancel() override {}

 private:
  const std::string word_;
  int said_ = 0;
};

// Is ready on a thread of its own.
class SlowResponse final : public PendingResponse {
 public:
  explicit SlowResponse(std::string body) : body_(std::move(body)) {}
  ~SlowResponse() override { thread_.join(); }

  void Begin(std::function<void()> ready) override { thread_ = std::thread(std::move(ready)); }
  bool IsLarge() const override { return false; }
  HttpResponse Finish() override {
    HttpResponse response;
    response.SetHeader("Content-Type", "text/plain");
    response.body = body_;
    return response;
  }

 private:
  const std::string body_;
  std::thread thread_;
};

class HttpServerTlsTest : public testing::Test {
 protected:
  HttpServerTlsTest() {
    const SelfSignedCertificate made = MakeSelfSignedCertificate();
    options_.address = "127.0.0.1:0";
    options_.tls_certificate_path = Write("cert.pem", made.certificate);
    options_.tls_key_path = Write("key.pem", made.private_key);
    options_.connections.limits.max_body_bytes = 100'000;
    options_.connections.handshake_timeout = absl::Milliseconds(200);
  }

  std::string Write(absl::string_view name, const std::string& content) {
    const std::string path =
        absl::StrCat(testing::TempDir(), "/", testing::UnitTest::GetInstance()->current_test_info()->name(), ".", name);
    std::ofstream(path) << content;
    return path;
  }

  static HttpResponse Answer(const HttpRequest& request) {
    HttpResponse response;
    response.SetHeader("Content-Type", "text/plain");
    response.body = absl::StrCat(request.remote_address, " ", request.body);
    if (request.path == "/stream") response.stream = std::make_shared<ThreeWords>("word ");
    if (request.path == "/large-stream") response.stream = std::make_shared<ThreeWords>(std::string(kLargeBytes, 'x'));
    return response;
  }

  static std::unique_ptr<PendingResponse> Begin(const HttpRequest& request) {
    if (request.path == "/pending") return std::make_unique<SlowResponse>("ready");
    if (request.path == "/large-pending") return std::make_unique<SlowResponse>(std::string(kLargeBytes, 'x'));
    return nullptr;
  }

  void Start() {
    ASSERT_OK_AND_ASSIGN(server_, HttpServer::Start(options_, {Answer, /*refuse_early=*/nullptr, Begin}));
    client_ = std::make_unique<httplib::SSLClient>("localhost", server_->address().port);
    client_->set_ca_cert_path(options_.tls_certificate_path.c_str());
    client_->set_hostname_addr_map({{"localhost", "127.0.0.1"}});
    client_->set_keep_alive(true);
  }

  HttpServerOptions options_;
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<httplib::SSLClient> client_;
};

TEST_F(HttpServerTlsTest, ServesRequestsOneAfterAnother) {
  Start();
  const std::string large(90'000, 'x');
  for (int i = 0; i < 3; ++i) {
    const httplib::Result result = client_->Post("/", large, "text/plain");
    ASSERT_TRUE(result) << httplib::to_string(result.error());
    EXPECT_EQ(result->body, "127.0.0.1 " + large);
  }
}

TEST_F(HttpServerTlsTest, AnswersWhenItIsReady) {
  Start();
  for (const char* path : {"/pending", "/pending", "/large-pending", "/pending", "/", "/pending"}) {
    const httplib::Result result = client_->Get(path);
    ASSERT_TRUE(result) << path << ": " << httplib::to_string(result.error());
    EXPECT_EQ(result->status, 200);
    if (std::string(path) == "/pending") EXPECT_EQ(result->body, "ready");
    if (std::string(path) == "/large-pending") EXPECT_EQ(result->body.size(), kLargeBytes);
  }
}

TEST_F(HttpServerTlsTest, Streams) {
  Start();
  const httplib::Result result = client_->Get("/stream");
  ASSERT_TRUE(result) << httplib::to_string(result.error());
  EXPECT_EQ(result->body, "word word word ");
}

TEST_F(HttpServerTlsTest, StreamsMoreAtOnceThanASocketTakes) {
  Start();
  const httplib::Result result = client_->Get("/large-stream");
  ASSERT_TRUE(result) << httplib::to_string(result.error());
  EXPECT_TRUE(result->body == std::string(3 * kLargeBytes, 'x'));
}

TEST_F(HttpServerTlsTest, RefusesAsInThePlain) {
  Start();
  const httplib::Result result = client_->Post("/", std::string(100'001, 'x'), "text/plain");
  ASSERT_TRUE(result) << httplib::to_string(result.error());
  EXPECT_EQ(result->status, 413);
}

TEST_F(HttpServerTlsTest, PlainTextEndsTheConnection) {
  Start();
  httplib::Client plain("127.0.0.1", server_->address().port);
  EXPECT_FALSE(plain.Get("/"));
}

TEST_F(HttpServerTlsTest, AHandshakeThatNeverComesIsGivenUp) {
  Start();
  RawConnection silent(server_->address().port);
  EXPECT_TRUE(silent.Ends());
}

TEST_F(HttpServerTlsTest, ACertificateThatCannotBeUsedIsAClearError) {
  options_.tls_key_path = Write("other.pem", MakeSelfSignedCertificate().private_key);
  EXPECT_THAT(HttpServer::Start(options_, {}),
              IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("belong together")));
  options_.tls_key_path = "";
  EXPECT_THAT(HttpServer::Start(options_, {}), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
