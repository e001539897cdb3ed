// What only the real program shows: flags, environment and exit codes of the process.
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "relay/api_key.h"
#include "relay/testing/scratch_keys_file.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

struct Finished {
  int exit_code = -1;
  std::string output;
};

// Runs the program through the shell; `line` is what follows its name.
Finished RunProgram(const std::string& line, const std::string& environment = "") {
  const std::string program =
      absl::StrCat(std::getenv("TEST_SRCDIR"), "/", std::getenv("TEST_WORKSPACE"), "/tools/specrelay_ctl");
  std::FILE* pipe = ::popen(absl::StrCat(environment, " '", program, "' ", line).c_str(), "r");
  Finished finished;
  if (pipe == nullptr) return finished;
  std::array<char, 4096> buffer;
  size_t count;
  while ((count = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0) finished.output.append(buffer.data(), count);
  const int state = ::pclose(pipe);
  finished.exit_code = WIFEXITED(state) ? WEXITSTATUS(state) : -1;
  return finished;
}

TEST(MainTest, FlagsMayStandAnywhereAndTheKeyIsAllThatIsPrinted) {
  const ScratchKeysFile file;
  const Finished created = RunProgram(absl::StrCat(
      "--name=laptop key --role=agent create --account=acme --projects=p1,p2 --expires=720h --keys_file=", file.path(),
      " 2>/dev/null"));
  EXPECT_EQ(created.exit_code, 0);
  EXPECT_TRUE(LooksLikeApiKey(created.output.substr(0, created.output.size() - 1))) << created.output;
  const Finished listed = RunProgram(absl::StrCat("key list --keys_file=", file.path()));
  EXPECT_THAT(listed.output, HasSubstr(R"("projects":["p1","p2"])"));
  EXPECT_THAT(listed.output, HasSubstr("expiresAt"));
}

TEST(MainTest, AFlagMayBeAnEnvironmentVariableAndTheCommandLineGoesFirst) {
  const ScratchKeysFile file;
  EXPECT_EQ(RunProgram("key create --name=a --role=user --account=b 2>&1",
                       absl::StrCat("SPECRELAY_KEYS_FILE=", file.path(), " SPECRELAY_ROLE=root"))
                .exit_code,
            0);
}

TEST(MainTest, AKeyInTheEnvironmentIsUsed) {
  // Nothing listens on port 1: reaching for the relay is proof that the key was taken.
  const Finished without = RunProgram("projects --relay=127.0.0.1:1 2>&1", "env -u SPECRELAY_API_KEY");
  EXPECT_EQ(without.exit_code, 4);
  const Finished with =
      RunProgram("projects --relay=127.0.0.1:1 2>&1", absl::StrCat("SPECRELAY_API_KEY=", GenerateApiKey()));
  EXPECT_EQ(with.exit_code, 5) << with.output;
}

TEST(MainTest, AFlagFileIsRead) {
  const ScratchKeysFile file;
  file.Write("--relay=nonsense\n");
  const Finished finished = RunProgram(absl::StrCat("projects --flagfile=", file.path(), " 2>&1"));
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_THAT(finished.output, HasSubstr("nonsense"));
}

TEST(MainTest, BadFlagsExitWithOne) {
  EXPECT_EQ(RunProgram("projects --no_such_flag=1 2>&1").exit_code, 1);
  EXPECT_EQ(RunProgram("projects --timeout=soon 2>&1").exit_code, 1);
  EXPECT_EQ(RunProgram("watch --count=many 2>&1").exit_code, 1);
  EXPECT_EQ(RunProgram("projects 2>&1", "SPECRELAY_TIMEOUT=soon").exit_code, 1);
  EXPECT_EQ(RunProgram("2>&1").exit_code, 1);
}

TEST(MainTest, TheMachinesDirectoryComesFromTheEnvironmentUnlessAFlagNamesIt) {
  const Finished from_home = RunProgram("audit verify --machine 2>&1", "SPECRELAY_HOME=/nowhere/home");
  EXPECT_EQ(from_home.exit_code, 2);
  EXPECT_THAT(from_home.output, HasSubstr("/nowhere/home/audit.jsonl"));
  const Finished from_flag =
      RunProgram("audit verify --machine --state_dir=/nowhere/flag 2>&1", "SPECRELAY_HOME=/nowhere/home");
  EXPECT_THAT(from_flag.output, HasSubstr("/nowhere/flag/audit.jsonl"));
  const Finished default_directory = RunProgram("audit verify --machine 2>&1", "env -u SPECRELAY_HOME HOME=/nowhere");
  EXPECT_THAT(default_directory.output, HasSubstr("/nowhere/.spec-context-mcp/audit.jsonl"));
}

TEST(MainTest, HelpIsAskedForInEveryUsualWay) {
  for (const char* line : {"help", "--help", "-h", "exec --help"}) {
    const Finished finished = RunProgram(line);
    EXPECT_EQ(finished.exit_code, 0) << line;
    EXPECT_THAT(finished.output, HasSubstr("exit code:"));
  }
}

}  // namespace
}  // namespace specrelay
