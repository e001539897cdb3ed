#include "mcp_agent/jobs/runner_catalog.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Code = absl::StatusCode;

// The program of the call with the only runner being `entry`.
absl::StatusOr<ProcessSpec> Build(absl::string_view entry, const RunnerCall& call) {
  MemoryTree tree;
  tree.Put("runners.json", absl::StrCat(R"({"runners":[)", entry, "]}"));
  const absl::StatusOr<RunnerCatalog> catalog = RunnerCatalog::Read(tree);
  EXPECT_THAT(catalog, IsOk());
  if (!catalog.ok()) return catalog.status();
  return catalog->Build(call);
}

constexpr char kRunner[] =
    R"({"name":"r","argv":["/bin/tool","-p","{{prompt}}","--model={{model}}","in {{projectPath}}"],)"
    R"("workingDirectory":"{{projectPath}}","environment":{"CI":"1"},"timeoutSeconds":60,)"
    R"("placeholders":["prompt","model"]})";

RunnerCall Call(absl::string_view prompt) { return {"r", {{"prompt", std::string(prompt)}, {"model", "m"}}, "/p"}; }

TEST(RunnerCatalogTest, FillsEachParameterIntoItsArgumentAsOneText) {
  ASSERT_OK_AND_ASSIGN(const ProcessSpec spec, Build(kRunner, Call("a b; $(rm) 'x' \"y\" {{model}}\n")));
  EXPECT_THAT(spec.argv, ElementsAre("/bin/tool", "-p", "a b; $(rm) 'x' \"y\" {{model}}\n", "--model=m", "in /p"));
  EXPECT_EQ(spec.working_directory, "/p");
  EXPECT_THAT(spec.environment, ElementsAre("CI=1"));
  EXPECT_EQ(spec.timeout, absl::Seconds(60));
  EXPECT_TRUE(spec.inherit_environment);
}

TEST(RunnerCatalogTest, RefusesARunnerThatIsNotDeclared) {
  MemoryTree tree;
  ASSERT_OK_AND_ASSIGN(const RunnerCatalog none, RunnerCatalog::Read(tree));
  EXPECT_THAT(none.Check({"r", {}, ""}),
              IsStatus(Code::kFailedPrecondition, AllOf(HasSubstr("no runner 'r'"), HasSubstr("runners.json"))));
}

TEST(RunnerCatalogTest, RefusesParametersThatMakeAnOptionOfAnArgument) {
  EXPECT_THAT(Build(kRunner, Call("--dangerous")), IsStatus(Code::kInvalidArgument, HasSubstr("must not begin with")));
  EXPECT_THAT(Build(kRunner, Call("-")), HasCode(Code::kInvalidArgument));
  // After an empty first placeholder as well.
  constexpr char kTwo[] = R"({"name":"r","argv":["t","{{a}}{{b}}"],"workingDirectory":"/","placeholders":["a","b"]})";
  EXPECT_THAT(Build(kTwo, {"r", {{"a", ""}, {"b", "-x"}}, ""}), HasCode(Code::kInvalidArgument));
  // Where the owner's own text goes before it, it is no option.
  RunnerCall call = Call("x");
  call.parameters["model"] = "-m";
  EXPECT_THAT(Build(kRunner, call), IsOk());
}

TEST(RunnerCatalogTest, RefusesParametersThatNoProgramShouldGet) {
  EXPECT_THAT(Build(kRunner, Call(absl::string_view("a\0b", 3))), IsStatus(Code::kInvalidArgument, HasSubstr("NUL")));
  EXPECT_THAT(Build(kRunner, Call(std::string(32 * 1024, 'x'))), IsOk());
  EXPECT_THAT(Build(kRunner, Call(std::string(32 * 1024 + 1, 'x'))),
              IsStatus(Code::kInvalidArgument, HasSubstr("32768")));
}

TEST(RunnerCatalogTest, RefusesParametersThatAreMissingOrNotDeclared) {
  EXPECT_THAT(Build(kRunner, {"r", {{"prompt", "x"}}, "/p"}),
              IsStatus(Code::kInvalidArgument, HasSubstr("needs config.parameters.model")));
  RunnerCall more = Call("x");
  more.parameters["extra"] = "y";
  EXPECT_THAT(Build(kRunner, more), IsStatus(Code::kInvalidArgument, HasSubstr("declares no placeholder 'extra'")));
  RunnerCall path = Call("x");
  path.parameters["projectPath"] = "/etc";
  EXPECT_THAT(Build(kRunner, path), HasCode(Code::kInvalidArgument));
}

TEST(RunnerCatalogTest, NeedsAProjectWhereTheRunnerWorksInOne) {
  RunnerCall call = Call("x");
  call.project_path.clear();
  EXPECT_THAT(Build(kRunner, call), IsStatus(Code::kInvalidArgument, HasSubstr("config.projectPath")));
  EXPECT_THAT(Build(R"({"name":"r","argv":["t"]})", {"r", {}, ""}), HasCode(Code::kInvalidArgument));
  EXPECT_THAT(Build(R"({"name":"r","argv":["t"],"workingDirectory":"/"})", {"r", {}, ""}), IsOk());
}

TEST(RunnerCatalogTest, SaysWhatIsWrongWithADeclaration) {
  const struct {
    const char* entry;
    const char* says;
  } kCases[] = {
      {R"({"name":"r"})", "'argv'"},
      {R"({"name":"r","argv":[]})", "'argv'"},
      {R"({"name":"r","argv":[""]})", "'argv'"},
      {R"({"name":"r","argv":["t",1]})", "'argv'"},
      {R"({"name":"r","argv":"t"})", "'argv'"},
      {R"({"name":"r","argv":["{{p}}"],"placeholders":["p"]})", "its program"},
      {R"({"name":"r","argv":["t","{{q}}"],"placeholders":["p"]})", "does not declare"},
      {R"({"name":"r","argv":["t","{{q"]})", "not closed"},
      {R"({"name":"r","argv":["t","{{ p }}"],"placeholders":["p"]})", "no name of a placeholder"},
      {R"({"name":"r","argv":["t"],"placeholders":["a b"]})", "'placeholders'"},
      {R"({"name":"r","argv":["t"],"placeholders":["projectPath"]})", "'placeholders'"},
      {R"({"name":"r","argv":["t"],"placeholders":"p"})", "'placeholders'"},
      {R"({"name":"r","argv":["t"],"environment":{"A":1}})", "'environment'"},
      {R"({"name":"r","argv":["t"],"environment":{"A=B":"1"}})", "'environment'"},
      {R"({"name":"r","argv":["t"],"environment":[]})", "'environment'"},
      {R"({"name":"r","argv":["t"],"workingDirectory":"rel"})", "'workingDirectory'"},
      {R"({"name":"r","argv":["t"],"workingDirectory":"/x/{{projectPath}}"})", "'workingDirectory'"},
      {R"({"name":"r","argv":["t"],"timeoutSeconds":0})", "'timeoutSeconds'"},
      {R"({"name":"r","argv":["t"],"timeoutSeconds":"1"})", "'timeoutSeconds'"},
      {R"({"name":"r","argv":["t"],"timeoutSeconds":99999999})", "'timeoutSeconds'"},
      {R"({"name":"r","argv":["t"]},{"name":"r","argv":["u"]})", "declared twice"},
  };
  for (const auto& [entry, says] : kCases) {
    EXPECT_THAT(Build(entry, {"r", {}, "/p"}), IsStatus(Code::kFailedPrecondition, HasSubstr(says))) << entry;
  }
}

TEST(RunnerCatalogTest, LetsOneWrongDeclarationHarmNoOther) {
  EXPECT_THAT(
      Build(R"(5,{"name":7},{"name":"../x","argv":["t"]},{"name":"bad"},{"name":"r","argv":["t"]})", {"r", {}, "/p"}),
      IsOk());
}

TEST(RunnerCatalogTest, NamesTheFileWhenItIsDamaged) {
  MemoryTree tree;
  for (const char* damage : {"", "{", "[]", "{}", R"({"runners":{}})"}) {
    tree.Put("runners.json", damage);
    EXPECT_THAT(RunnerCatalog::Read(tree), IsStatus(Code::kFailedPrecondition, HasSubstr("runners.json"))) << damage;
  }
}

}  // namespace
}  // namespace specrelay
