// What a program gets when it is started, and what keeps it from starting.
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/process/testing/run_program.h"
#include "mcp_agent/tree/testing/temp_dir.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(ProcessStartTest, HandsArgumentsOverAsTheyAreWithoutAShell) {
  ProcessSpec spec;
  spec.argv = {"/usr/bin/printf", "%s|", "a b", "$(id)", "'; rm -rf x", "", "*"};
  spec.working_directory = "/";
  EXPECT_EQ(RunToEnd(spec).output, "a b|$(id)|'; rm -rf x||*|");
}

TEST(ProcessStartTest, RunsInTheWorkingDirectory) {
  TempDir directory;
  ProcessSpec spec = Shell("pwd -P");
  spec.working_directory = directory.path();
  EXPECT_EQ(RunToEnd(spec).output, directory.path() + "\n");
}

TEST(ProcessStartTest, GivesTheProgramOnlyTheEnvironmentOfItsSpec) {
  setenv("OF_THE_PARENT", "secret", 1);
  ProcessSpec spec;
  spec.argv = {"/usr/bin/env"};
  spec.working_directory = "/";
  spec.environment = {"GIVEN=1"};
  EXPECT_EQ(RunToEnd(spec).output, "GIVEN=1\n");
}

TEST(ProcessStartTest, InheritsTheEnvironmentWhenAskedButNeverOurKeys) {
  setenv("OF_THE_PARENT", "ours", 1);
  setenv("OVERRIDDEN", "ours", 1);
  setenv("SPECRELAY_API_KEY", "srk_secret", 1);
  ProcessSpec spec;
  spec.argv = {"/usr/bin/env"};
  spec.working_directory = "/";
  spec.environment = {"OVERRIDDEN=theirs"};
  spec.inherit_environment = true;
  EXPECT_THAT(RunToEnd(spec).output, AllOf(HasSubstr("OF_THE_PARENT=ours\n"), HasSubstr("OVERRIDDEN=theirs\n"),
                                           Not(HasSubstr("OVERRIDDEN=ours")), Not(HasSubstr("srk_secret"))));
}

TEST(ProcessStartTest, FindsAProgramInThePathItIsGiven) {
  TempDir directory;
  directory.WriteFile("bin/greet", "#!/bin/sh\necho hello\n");
  ASSERT_EQ(chmod(directory.Join("bin/greet").c_str(), 0755), 0);
  ProcessSpec spec;
  spec.argv = {"greet"};
  spec.working_directory = "/";
  spec.environment = {absl::StrCat("PATH=/nonexistent:", directory.Join("bin"))};
  EXPECT_EQ(RunToEnd(spec).output, "hello\n");
}

TEST(ProcessStartTest, NeverTakesAProgramFromARelativeDirectoryOfThePath) {
  TempDir directory;
  directory.WriteFile("greet", "#!/bin/sh\necho planted\n");
  ASSERT_EQ(chmod(directory.Join("greet").c_str(), 0755), 0);
  ProcessSpec spec;
  spec.argv = {"greet"};
  spec.working_directory = directory.path();
  spec.environment = {"PATH=.::/nonexistent"};
  EXPECT_THAT(RunToEnd(spec).result,
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("cannot start 'greet'")));
}

TEST(ProcessStartTest, LeavesNoDescriptorOfOursOpenInTheProgram) {
  const int leaked = dup(0);  // without close-on-exec
  ASSERT_GE(leaked, 3);
  const Outcome outcome = RunToEnd(Shell(absl::StrCat("test -e /proc/self/fd/", leaked, " && echo open; echo done")));
  close(leaked);
  EXPECT_EQ(outcome.output, "done\n");
}

TEST(ProcessStartTest, GivesTheProgramAnEmptyStandardInput) {
  EXPECT_EQ(RunToEnd(Shell("cat; echo end")).output, "end\n");
}

TEST(ProcessStartTest, DoesNotLetTheProgramIgnoreSignalsThatWeIgnore) {
  const auto before = signal(SIGTERM, SIG_IGN);
  const Outcome outcome = RunToEnd(Shell("kill -TERM $$; echo survived"));
  signal(SIGTERM, before);
  EXPECT_EQ(outcome.output, "");
  EXPECT_EQ(outcome.result->signal, SIGTERM);
}

TEST(ProcessStartTest, SaysWhichProgramCannotBeStarted) {
  ProcessSpec spec;
  spec.argv = {"/nonexistent/tool"};
  spec.working_directory = "/";
  EXPECT_THAT(RunToEnd(spec).result, IsStatus(absl::StatusCode::kFailedPrecondition,
                                              AllOf(HasSubstr("/nonexistent/tool"), HasSubstr("No such file"))));
}

TEST(ProcessStartTest, SaysWhichWorkingDirectoryIsMissing) {
  ProcessSpec spec = Shell("true");
  spec.working_directory = "/nonexistent/dir";
  EXPECT_THAT(RunToEnd(spec).result,
              IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("working directory '/nonexistent/dir'")));
}

TEST(ProcessStartTest, RefusesWhatNoProgramCanBeGiven) {
  ProcessSpec none;
  none.working_directory = "/";
  EXPECT_THAT(RunToEnd(none).result, HasCode(absl::StatusCode::kInvalidArgument));
  ProcessSpec nul = Shell("true");
  nul.argv.push_back(std::string("a\0b", 3));
  EXPECT_THAT(RunToEnd(nul).result, IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("NUL")));
  ProcessSpec relative = Shell("true");
  relative.working_directory = "tmp";
  EXPECT_THAT(RunToEnd(relative).result, IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("not absolute")));
  ProcessSpec large = Shell("true");
  large.argv.push_back(std::string(4 << 20, 'x'));
  EXPECT_THAT(RunToEnd(large).result, HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
