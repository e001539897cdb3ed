#include "tests/bench/http_load.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "httplib.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr int kConnections = 4;  // fewer than the server lets wait to be accepted

class HttpLoadTest : public testing::Test {
 protected:
  HttpLoadTest() {
    // It serves a connection to its end before the next.
    server_.new_task_queue = [] { return new httplib::ThreadPool(kConnections); };
    server_.Get("/", [this](const httplib::Request&, httplib::Response& response) {
      ++answered_;
      response.set_content("ok", "text/plain");
    });
  }

  ~HttpLoadTest() override {
    server_.stop();
    if (listener_.joinable()) listener_.join();
  }

  void Serve() {
    port_ = server_.bind_to_any_port("127.0.0.1");
    ASSERT_GT(port_, 0);
    listener_ = std::thread([this] { server_.listen_after_bind(); });
  }

  absl::StatusOr<LoadResult> Run(absl::string_view target, absl::Duration time) {
    const std::string address = absl::StrCat("127.0.0.1:", port_);
    const std::string request = HttpRequestText("GET", target, address, "");
    return RunHttpLoad({address, kConnections, time, [&request](int, int64_t) { return absl::string_view(request); }});
  }

  httplib::Server server_;
  int port_ = 0;
  std::atomic<int64_t> answered_{0};
  std::thread listener_;
};

TEST_F(HttpLoadTest, CountsEachAnswer) {
  Serve();
  const absl::StatusOr<LoadResult> result = Run("/", absl::Milliseconds(50));
  ASSERT_THAT(result, IsOk());
  EXPECT_EQ(result->answered, answered_);
  EXPECT_GE(result->answered, kConnections);
  EXPECT_EQ(result->latencies_us.size(), static_cast<size_t>(result->answered));
}

// In the end as well, when some requests are still under way.
TEST_F(HttpLoadTest, OpensClosedConnectionsAnew) {
  server_.set_keep_alive_max_count(1);
  Serve();
  for (int round = 0; round < 20; ++round) {
    ASSERT_THAT(Run("/", absl::Milliseconds(5)), IsOk());
  }
  EXPECT_GE(answered_, 20 * kConnections);
}

TEST_F(HttpLoadTest, SaysWhatTheServerAnswersInstead) {
  Serve();
  EXPECT_THAT(std::string(Run("/elsewhere", absl::Milliseconds(50)).status().message()), HasSubstr("404"));
}

}  // namespace
}  // namespace specrelay
