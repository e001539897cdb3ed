#include "tools/ctl/watch.h"

#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "relay/api_key.h"
#include "tools/ctl/testing/ctl_runner.h"
#include "tools/ctl/testing/fake_relay.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

v1::WatchResponse Start(const std::string& cursor) {
  v1::WatchResponse response;
  response.set_cursor(cursor);
  return response;
}

v1::WatchResponse Events(int first, int last) {
  v1::WatchResponse response;
  for (int i = first; i <= last; ++i) {
    v1::Event& event = *response.add_events();
    event.set_cursor(absl::StrCat("c", i));
    event.set_project_id("p1");
    event.mutable_file_changed()->set_path(absl::StrCat("specs/a/", i, ".md"));
  }
  response.set_cursor(absl::StrCat("c", last));
  return response;
}

std::vector<std::string> Lines(const std::string& text) { return absl::StrSplit(text, '\n', absl::SkipEmpty()); }

class WatchTest : public testing::Test {
 protected:
  WatchTest() {
    options_.relay = relay_.address();
    options_.api_key = GenerateApiKey();
  }

  // Sends `responses`, then waits until the client has gone when `stays`, else ends with `end`.
  void Answer(const std::vector<v1::WatchResponse>& responses, bool stays, const grpc::Status& end = grpc::Status::OK) {
    relay_.on_watch = [this, responses, stays, end](const v1::WatchRequest& request,
                                                    grpc::ServerWriter<v1::WatchResponse>& writer) {
      request_ = request;
      for (const v1::WatchResponse& response : responses) {
        if (!writer.Write(response)) return grpc::Status::CANCELLED;
      }
      // A write fails once the client is gone; empty ones change nothing for it.
      while (stays && writer.Write(v1::WatchResponse())) {
      }
      return end;
    };
  }

  v1::WatchRequest request_;
  FakeRelay relay_;
  CtlOptions options_;
};

TEST_F(WatchTest, EachEventIsALineAndTheCountEndsIt) {
  Answer({Start("c0"), Events(1, 2), Events(3, 5)}, /*stays=*/true);
  options_.count = 3;
  const CtlResult result = Ctl(options_, {"watch"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const std::vector<std::string> lines = Lines(result.out);
  ASSERT_THAT(lines, SizeIs(3));
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto event = nlohmann::json::parse(lines[i], nullptr, false);
    EXPECT_EQ(event["cursor"], absl::StrCat("c", i + 1));
    EXPECT_EQ(event["projectId"], "p1");
    EXPECT_EQ(event["fileChanged"]["path"], absl::StrCat("specs/a/", i + 1, ".md"));
  }
}

TEST_F(WatchTest, OneLineSaysFromWhereOnNothingIsMissed) {
  Answer({Start("c0"), Events(1, 1)}, /*stays=*/true);
  options_.project = "p1";
  options_.count = 1;
  const nlohmann::json line = Ctl(options_, {"watch"}).ErrJson();
  EXPECT_EQ(line["watching"], "p1");
  EXPECT_EQ(line["cursor"], "c0");
}

TEST_F(WatchTest, ProjectAndCursorArePassedOn) {
  Answer({Start("c4"), Events(5, 5)}, /*stays=*/true);
  options_.project = "p1";
  options_.cursor = "c4";
  options_.count = 1;
  EXPECT_EQ(Ctl(options_, {"watch"}).exit_code, 0);
  EXPECT_EQ(request_.project_id(), "p1");
  EXPECT_EQ(request_.cursor(), "c4");
}

TEST_F(WatchTest, AStreamThatEndsIsAFailureWithTheCursorToGoOnFrom) {
  Answer({Start("c0"), Events(1, 2)}, /*stays=*/false);
  const CtlResult result = Ctl(options_, {"watch"});
  EXPECT_EQ(result.exit_code, 5);
  EXPECT_THAT(Lines(result.out), SizeIs(2));
  EXPECT_THAT(Lines(result.err).back(), HasSubstr("--cursor=c2"));
}

TEST_F(WatchTest, TooFewEventsAreAFailureEvenWithACount) {
  Answer({Start("c0"), Events(1, 2)}, /*stays=*/false);
  options_.count = 3;
  EXPECT_EQ(Ctl(options_, {"watch"}).exit_code, 5);
}

TEST_F(WatchTest, AWatchThatIsDroppedSaysWhy) {
  Answer({Start("c0")}, /*stays=*/false, ToGrpcStatus(absl::UnauthenticatedError("the key was revoked")));
  const CtlResult result = Ctl(options_, {"watch"});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("the key was revoked; go on with --cursor=c0"));
}

TEST_F(WatchTest, ARefusalBeforeTheStartIsToldAsItIs) {
  Answer({}, /*stays=*/false, ToGrpcStatus(absl::NotFoundError("no project p9")));
  options_.project = "p9";
  const CtlResult result = Ctl(options_, {"watch"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.ErrJson()["error"], "no project p9");
}

TEST_F(WatchTest, AReaderThatIsGoneEndsTheWatch) {
  Answer({Start("c0"), Events(1, 1)}, /*stays=*/true);
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  out.setstate(std::ios::badbit);
  EXPECT_EQ(RunCtl({options_, in, out, err}, {"watch"}), 10);
  EXPECT_THAT(err.str(), HasSubstr("standard output"));
}

TEST_F(WatchTest, MistakesInTheCommandLineAreUsageErrors) {
  EXPECT_EQ(Ctl(options_, {"watch", "p1"}).exit_code, 1);
  options_.count = -1;
  EXPECT_EQ(Ctl(options_, {"watch"}).exit_code, 1);
}

}  // namespace
}  // namespace specrelay
