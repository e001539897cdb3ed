#include "mcp_agent/machine_id.h"

#include <set>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr char kId[] = "0123456789abcdef0123456789abcdef";

class MachineIdTest : public testing::Test {
 protected:
  std::string system_file() const { return dir_.Join("etc/machine-id"); }
  std::string state_dir() const { return dir_.Join("home/state"); }

  TempDir dir_;
};

TEST_F(MachineIdTest, TheSystemsIdCountsAndNothingIsKept) {
  dir_.WriteFile("etc/machine-id", std::string(kId) + "\n");
  EXPECT_EQ(*MachineId(system_file(), state_dir()), kId);
  EXPECT_FALSE(dir_.Exists("home/state"));
}

TEST_F(MachineIdTest, WithoutOneAnIdIsMadeOnceAndKept) {
  ASSERT_OK_AND_ASSIGN(const std::string id, MachineId(system_file(), state_dir()));
  EXPECT_EQ(id.size(), 32u);
  EXPECT_EQ(*MachineId(system_file(), state_dir()), id);
  TempDir other;
  EXPECT_NE(*MachineId(system_file(), other.path()), id);
}

TEST_F(MachineIdTest, WhatIsNoIdIsAsGoodAsNone) {
  for (const char* content : {"", "\n", "uninitialized\n", "0123", "0123456789abcdef0123456789abcde/"}) {
    dir_.WriteFile("etc/machine-id", content);
    ASSERT_OK_AND_ASSIGN(const std::string id, MachineId(system_file(), state_dir()));
    EXPECT_EQ(id.size(), 32u) << content;
    EXPECT_NE(id, content);
  }
}

TEST_F(MachineIdTest, ProcessesThatStartAtOnceAgree) {
  for (int round = 0; round < 20; ++round) {
    TempDir state;
    std::vector<std::string> ids(8);
    std::vector<std::thread> starts;
    for (std::string& id : ids) {
      starts.emplace_back([&] { id = MachineId(system_file(), state.path()).value_or("none"); });
    }
    for (std::thread& start : starts) start.join();
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 1u);
    EXPECT_EQ(ids[0].size(), 32u);
  }
}

TEST_F(MachineIdTest, AStateDirectoryThatCannotBeMadeIsAnErrorWithTheFlagToGive) {
  dir_.WriteFile("home", "a file");
  EXPECT_THAT(MachineId(system_file(), state_dir()),
              IsStatus(absl::StatusCode::kFailedPrecondition, testing::HasSubstr("--state_dir")));
}

TEST_F(MachineIdTest, ADamagedIdIsNeverReplacedInSilence) {
  dir_.WriteFile("home/state/machine-id", "damaged");
  EXPECT_THAT(MachineId(system_file(), state_dir()),
              IsStatus(absl::StatusCode::kFailedPrecondition, testing::HasSubstr("remove the file")));
  EXPECT_EQ(dir_.ReadFile("home/state/machine-id"), "damaged");
}

}  // namespace
}  // namespace specrelay
