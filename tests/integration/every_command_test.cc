// What holds for every command, and that each has its tests: those of one subject are in every_command_*_test.cc.

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_catalog.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/command_coverage.h"
#include "tests/integration/command_fixture.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

// Looks at what the whole program has shown, unless it was told to run some of its tests only.
class CoverageCheck : public testing::Environment {
 public:
  void TearDown() override {
    if (testing::GTEST_FLAG(filter) != "*" || testing::UnitTest::GetInstance()->Failed()) return;
    EXPECT_THAT(CommandCoverage::Get().Missing(), testing::IsEmpty());
  }
};

const testing::Environment* const kCoverageCheck = testing::AddGlobalTestEnvironment(new CoverageCheck);

class EveryCommandTest : public CommandFixture {
 protected:
  // A command without any content.
  static v1::ExecuteRequest Empty(const CommandInfo& info) {
    v1::ExecuteRequest request;
    request.set_project_id(kProject);
    request.mutable_command()->GetReflection()->MutableMessage(request.mutable_command(), info.field);
    return request;
  }
};

TEST_F(EveryCommandTest, ThereAreTheThirtySevenAndTheExtensions) { EXPECT_EQ(CommandCatalog().size(), 37u + 21u); }

TEST_F(EveryCommandTest, EveryCommandForAnUnknownProjectIsNotFound) {
  const DiskImage before = Disk();
  for (const CommandInfo& info : CommandCatalog()) {
    v1::ExecuteRequest request = Empty(info);
    request.set_project_id("nowhere");
    EXPECT_THAT(user().Execute(request), IsStatus(absl::StatusCode::kNotFound, HasSubstr("nowhere"))) << info.name;
  }
  EXPECT_THAT(DiskChanges(before, Disk()), testing::IsEmpty());
}

TEST_F(EveryCommandTest, AViewerMayReadAndNotWrite) {
  const DiskImage before = Disk();
  Client viewer = cluster().ClientFor(Role::kViewer);
  for (const CommandInfo& info : CommandCatalog()) {
    const absl::Status status = viewer.Execute(Empty(info)).status();
    if (info.access == v1::COMMAND_ACCESS_WRITE) {
      EXPECT_THAT(status, IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr(std::string(info.name))));
    } else {
      EXPECT_THAT(status.code(), testing::AnyOf(absl::StatusCode::kOk, absl::StatusCode::kInvalidArgument,
                                                absl::StatusCode::kNotFound))
          << info.name;
    }
  }
  EXPECT_THAT(DiskChanges(before, Disk()), testing::IsEmpty());
}

TEST_F(EveryCommandTest, NoCommandWithoutContentChangesAnythingOrLosesTheAgent) {
  const DiskImage before = Disk();
  for (const CommandInfo& info : CommandCatalog()) {
    const absl::Status status = user().Execute(Empty(info)).status();
    EXPECT_THAT(status.code(),
                testing::AnyOf(absl::StatusCode::kOk, absl::StatusCode::kInvalidArgument, absl::StatusCode::kNotFound))
        << info.name << ": " << status;
    EXPECT_TRUE(status.ok() || status.message().size() > 10) << info.name << ": " << status;
  }
  EXPECT_THAT(DiskChanges(before, Disk()), testing::IsEmpty());
  EXPECT_THAT(user().Execute(kProject, R"({"specList": {}})"), IsOk());
}

}  // namespace
}  // namespace specrelay
