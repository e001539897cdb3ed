#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "dashboard/http/testing/http_server_fixture.h"
#include "dashboard/http/testing/raw_http.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// More than the buffers of two sockets hold.
constexpr size_t kLargeBytes = 16 << 20;

// Who waits for a response; each is told once it is there. Thread-safe.
class Work {
 public:
  void Begin(std::function<void()> ready) {
    absl::MutexLock lock(&mu_);
    ready_.push_back(std::move(ready));
    if (body_.has_value()) ready_.back()();
  }

  void Finish(std::string body) {
    absl::MutexLock lock(&mu_);
    body_ = std::move(body);
    for (const auto& ready : ready_) ready();
  }

  absl::optional<std::string> body() {
    absl::MutexLock lock(&mu_);
    return body_;
  }

  void AwaitBegun() {
    absl::MutexLock lock(&mu_);
    const auto begun = [this]() ABSL_SHARED_LOCKS_REQUIRED(mu_) { return !ready_.empty(); };
    mu_.Await(absl::Condition(&begun));
  }

 private:
  absl::Mutex mu_;
  std::vector<std::function<void()>> ready_ ABSL_GUARDED_BY(mu_);
  absl::optional<std::string> body_ ABSL_GUARDED_BY(mu_);
};

class FakePending final : public PendingResponse {
 public:
  FakePending(std::string path, std::shared_ptr<Work> work) : path_(std::move(path)), work_(std::move(work)) {}

  void Begin(std::function<void()> ready) override {
    if (path_ == "/pending/throws-at-begin") throw std::runtime_error("secret");
    work_->Begin(std::move(ready));
  }
  bool IsLarge() const override { return path_ == "/pending/large"; }
  HttpResponse Finish() override {
    if (path_ == "/pending/throws") throw std::runtime_error("secret");
    absl::optional<std::string> body = work_->body();
    if (!body.has_value()) return HttpResponse::Error(504, "too late");
    HttpResponse response;
    response.SetHeader("Content-Type", "text/plain");
    response.body = *std::move(body);
    return response;
  }

 private:
  const std::string path_;
  const std::shared_ptr<Work> work_;
};

// What begins with /pending is answered when `work_` has been finished, of /pending/second when `second_` has, or at
// once with its path where that is /pending/now; everything else as of the fixture.
class HttpServerPendingTest : public HttpServerFixture {
 protected:
  HttpServerPendingTest() {
    begin_ = [this](HttpRequest& request) -> std::unique_ptr<PendingResponse> {
      if (!absl::StartsWith(request.path, "/pending")) return nullptr;
      if (request.path == "/pending/throws-before") throw std::runtime_error("secret");
      if (request.path == "/pending/second") return std::make_unique<FakePending>(request.path, second_);
      if (!absl::StartsWith(request.path, "/pending/now")) return std::make_unique<FakePending>(request.path, work_);
      auto done = std::make_shared<Work>();
      done->Finish(request.path);
      return std::make_unique<FakePending>(request.path, std::move(done));
    };
  }

  ~HttpServerPendingTest() override { server_.reset(); }

  const std::shared_ptr<Work> work_ = std::make_shared<Work>();
  const std::shared_ptr<Work> second_ = std::make_shared<Work>();
};

TEST_F(HttpServerPendingTest, AResponseIsSentWhenItIsReady) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending"));
  work_->AwaitBegun();
  work_->Finish("done");
  const RawResponse response = connection.ReadResponse();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(requests_, 0);
}

TEST_F(HttpServerPendingTest, AConnectionMayAskForBothKindsInTurn) {
  Start();
  RawConnection connection(port());
  for (int i = 0; i < 5; ++i) {
    connection.Send(RequestText("GET", absl::StrCat("/pending/now/", i)));
    EXPECT_EQ(connection.ReadResponse().body, absl::StrCat("/pending/now/", i));
    connection.Send(RequestText("POST", "/a", "", "body"));
    EXPECT_EQ(connection.ReadResponse().body, "POST /a body");
  }
}

TEST_F(HttpServerPendingTest, RequestsThatComeTogetherAreAnsweredInTheirOrder) {
  Start();
  RawConnection connection(port());
  connection.Send(absl::StrCat(RequestText("GET", "/pending"), RequestText("GET", "/a"),
                               RequestText("GET", "/pending/now/2"), RequestText("GET", "/pending/now/3")));
  work_->AwaitBegun();
  work_->Finish("first");
  EXPECT_EQ(connection.ReadResponse().body, "first");
  EXPECT_EQ(connection.ReadResponse().body, "GET /a ");
  EXPECT_EQ(connection.ReadResponse().body, "/pending/now/2");
  EXPECT_EQ(connection.ReadResponse().body, "/pending/now/3");
}

TEST_F(HttpServerPendingTest, WhoWaitsHoldsNoThreadButCountsAsAConnection) {
  options_.threads.idle_timeout = absl::Milliseconds(1);
  options_.threads.max_threads = 8;
  Start();
  std::vector<RawConnection> connections;
  for (int i = 0; i < 8; ++i) {
    connections.emplace_back(port());
    connections.back().Send(RequestText("GET", "/pending"));
    while (server_->load().connections < i + 1 || server_->load().threads > 0) std::this_thread::yield();
  }
  EXPECT_EQ(Exchange(port(), RequestText("GET", "/pending")).status, 503);
  work_->Finish("done");
  for (RawConnection& connection : connections) EXPECT_EQ(connection.ReadResponse().body, "done");
}

TEST_F(HttpServerPendingTest, OfAResponseToHeadThereIsTheHead) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("HEAD", "/pending/now"));
  const RawResponse response = connection.ReadResponse(/*to_head=*/true);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.Header("Content-Length"), "12");
  connection.Send(RequestText("GET", "/pending/now"));
  EXPECT_EQ(connection.ReadResponse().body, "/pending/now");
}

TEST_F(HttpServerPendingTest, ALargeResponseHasAThreadOfItsOwn) {
  Start();
  work_->Finish("large");
  RawConnection connection(port());
  for (int i = 0; i < 3; ++i) {
    connection.Send(RequestText("GET", "/pending/large"));
    EXPECT_EQ(connection.ReadResponse().body, "large");
  }
}

TEST_F(HttpServerPendingTest, AClientThatReadsSlowlyGetsAllAndHoldsUpNobody) {
  Start();
  work_->Finish(std::string(kLargeBytes, 'x'));
  RawConnection slow(port());
  slow.Send(absl::StrCat(RequestText("GET", "/pending"), RequestText("GET", "/pending/now")));
  RawConnection other(port());
  other.Send(RequestText("GET", "/pending/now/other"));
  EXPECT_EQ(other.ReadResponse().body, "/pending/now/other");
  EXPECT_EQ(slow.ReadResponse().body.size(), kLargeBytes);
  EXPECT_EQ(slow.ReadResponse().body, "/pending/now");
}

TEST_F(HttpServerPendingTest, AResponseThatDoesNotComeIsGivenUp) {
  options_.connections.pending_timeout = absl::Milliseconds(50);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending"));
  EXPECT_EQ(connection.ReadResponse().status, 504);
  work_->Finish("late");  // harms nobody
  connection.Send(RequestText("GET", "/pending/now"));
  EXPECT_EQ(connection.ReadResponse().body, "/pending/now");
}

TEST_F(HttpServerPendingTest, AReadyThatComesLateIsNotTakenForThatOfTheNextRequest) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending"));
  work_->AwaitBegun();
  work_->Finish("first");
  EXPECT_EQ(connection.ReadResponse().body, "first");
  connection.Send(RequestText("GET", "/pending/second"));
  second_->AwaitBegun();
  work_->Finish("first, said again");
  EXPECT_EQ(Exchange(port(), RequestText("GET", "/pending/now")).status, 200) << "the loop has heard of it";
  second_->Finish("second");
  EXPECT_EQ(connection.ReadResponse().body, "second");
}

TEST_F(HttpServerPendingTest, WhoSendsNothingButEmptyLinesWaitsIdly) {
  options_.connections.idle_timeout = absl::Milliseconds(50);
  options_.connections.head_timeout = absl::Milliseconds(50);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending/now"));
  EXPECT_EQ(connection.ReadResponse().status, 200);
  const absl::Time latest = absl::Now() + absl::Seconds(30);
  while (connection.Send("\r\n") && absl::Now() < latest) std::this_thread::yield();
  EXPECT_LT(absl::Now(), latest);
}

TEST_F(HttpServerPendingTest, AConnectionThatWaitsIdlyIsEnded) {
  options_.connections.idle_timeout = absl::Milliseconds(50);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending/now"));
  EXPECT_EQ(connection.ReadResponse().status, 200);
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerPendingTest, ARequestMayComeInPieces) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending/now/1"));
  EXPECT_EQ(connection.ReadResponse().body, "/pending/now/1");
  const std::string request = RequestText("GET", "/pending/now/2");
  connection.Send(request.substr(0, 10));
  connection.Send(request.substr(10));
  EXPECT_EQ(connection.ReadResponse().body, "/pending/now/2");
}

TEST_F(HttpServerPendingTest, TheEndOfAHeadMayComeInPieces) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending/now"));
  EXPECT_EQ(connection.ReadResponse().status, 200);
  const std::string request = RequestText("GET", "/pending/now");
  for (size_t late = 1; late < 4; ++late) {
    connection.Send(request.substr(0, request.size() - late));
    EXPECT_EQ(Exchange(port(), request).status, 200) << "the loop has read the first piece";
    connection.Send(request.substr(request.size() - late));
    EXPECT_EQ(connection.ReadResponse().status, 200) << late;
  }
}

TEST_F(HttpServerPendingTest, APieceThatIsNotFollowedIsRefused) {
  options_.connections.head_timeout = absl::Milliseconds(50);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending/now"));
  EXPECT_EQ(connection.ReadResponse().status, 200);
  connection.Send("GET /pen");
  EXPECT_EQ(connection.ReadResponse().status, 408);
}

TEST_F(HttpServerPendingTest, WhatIsNoRequestIsRefused) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending/now"));
  EXPECT_EQ(connection.ReadResponse().status, 200);
  connection.Send("NONSENSE\r\n\r\n");
  EXPECT_EQ(connection.ReadResponse().status, 400);
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerPendingTest, AClientMaySayThatNoMoreComes) {
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending"));
  connection.EndSending();
  work_->AwaitBegun();
  work_->Finish("done");
  EXPECT_EQ(connection.ReadResponse().body, "done");
  EXPECT_TRUE(connection.Ends());
}

TEST_F(HttpServerPendingTest, AClientThatLeavesIsForgotten) {
  Start();
  {
    RawConnection connection(port());
    connection.Send(RequestText("GET", "/pending/now"));
    EXPECT_EQ(connection.ReadResponse().status, 200);
  }
  AwaitNoConnections();
}

TEST_F(HttpServerPendingTest, NothingOfAnExceptionIsTold) {
  Start();
  RawConnection connection(port());
  for (const char* path : {"/pending/throws-before", "/pending/throws-at-begin", "/pending/throws"}) {
    connection.Send(RequestText("GET", path));
    work_->Finish("done");
    const RawResponse response = connection.ReadResponse();
    EXPECT_EQ(response.status, 500) << path;
    EXPECT_THAT(response.body, Not(HasSubstr("secret")));
  }
}

TEST_F(HttpServerPendingTest, AStopWaitsForWhatIsPending) {
  Start();
  RawConnection waiting(port());
  waiting.Send(RequestText("GET", "/pending"));
  RawConnection idle(port());
  idle.Send(RequestText("GET", "/pending/now"));
  EXPECT_EQ(idle.ReadResponse().status, 200);
  work_->AwaitBegun();
  std::thread stop([this] { server_->Stop(); });
  EXPECT_TRUE(idle.Ends());
  work_->Finish("done");
  const RawResponse response = waiting.ReadResponse();
  EXPECT_EQ(response.body, "done");
  EXPECT_EQ(response.Header("Connection"), "close");
  stop.join();
}

TEST_F(HttpServerPendingTest, AStopEndsWhatIsPendingForTooLong) {
  options_.stop_timeout = absl::Milliseconds(50);
  Start();
  RawConnection connection(port());
  connection.Send(RequestText("GET", "/pending"));
  work_->AwaitBegun();
  server_->Stop();
  EXPECT_TRUE(connection.Ends());
  server_.reset();
  work_->Finish("too late for anybody");
}

}  // namespace
}  // namespace specrelay
