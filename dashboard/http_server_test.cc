#include "dashboard/http_server.h"

#include <httplib.h>

#include <atomic>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

class HttpServerTest : public testing::Test {
 protected:
  void SetUp() override {
    HttpServerOptions options;
    options.address = "127.0.0.1:0";
    options.max_body_bytes = 1000;
    ASSERT_OK_AND_ASSIGN(server_, HttpServer::Start(options, [this] { return ready_.load(); }));
    client_ = std::make_unique<httplib::Client>("127.0.0.1", server_->address().port);
  }

  std::atomic<bool> ready_{true};
  std::unique_ptr<HttpServer> server_;
  std::unique_ptr<httplib::Client> client_;
};

std::string ErrorOf(const httplib::Result& result) {
  return nlohmann::json::parse(result->body).at("error").get<std::string>();
}

TEST_F(HttpServerTest, SaysThatItLivesAndWhetherItTakesWork) {
  EXPECT_EQ(client_->Get("/healthz")->status, 200);
  EXPECT_EQ(client_->Get("/readyz")->status, 200);
  ready_ = false;
  EXPECT_EQ(client_->Get("/healthz")->status, 200);
  const httplib::Result draining = client_->Get("/readyz");
  EXPECT_EQ(draining->status, 503);
  EXPECT_THAT(ErrorOf(draining), testing::HasSubstr("going down"));
}

TEST_F(HttpServerTest, AnUnknownPathIsAJsonError) {
  const httplib::Result result = client_->Get("/nowhere");
  EXPECT_EQ(result->status, 404);
  EXPECT_THAT(ErrorOf(result), testing::HasSubstr("/nowhere"));
}

TEST_F(HttpServerTest, AmbiguousBodiesAreRefused) {
  EXPECT_EQ(client_->Post("/healthz", httplib::Headers{{"Transfer-Encoding", "chunked"}}, "", "text/plain")->status,
            400);
  EXPECT_EQ(client_->Post("/healthz", httplib::Headers{{"Content-Encoding", "gzip"}}, "x", "text/plain")->status, 400);
}

TEST_F(HttpServerTest, ATakenPortIsAClearError) {
  HttpServerOptions options;
  options.address = server_->address().ToString();
  EXPECT_THAT(HttpServer::Start(options, [] { return true; }), HasCode(absl::StatusCode::kFailedPrecondition));
}

TEST_F(HttpServerTest, StoppingTwiceIsStoppingOnce) {
  server_->Stop();
  server_->Stop();
  EXPECT_FALSE(client_->Get("/healthz"));
}

TEST(HttpServerAddressTest, AMalformedAddressIsAClearError) {
  HttpServerOptions options;
  options.address = "nonsense";
  EXPECT_THAT(HttpServer::Start(options, [] { return true; }), HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
