#include "mcp_agent/specs/spec_layout.h"

#include <string>

#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(SpecLayoutTest, DocumentsLieInTheDirectoryOfTheirSpec) {
  EXPECT_EQ(SpecPath(SpecShelf::kActive, "user-auth"), "specs/user-auth");
  EXPECT_EQ(SpecPath(SpecShelf::kArchived, "user-auth"), "archive/specs/user-auth");
  EXPECT_EQ(SpecDocumentPath(SpecShelf::kActive, "a", v1::SPEC_DOCUMENT_REQUIREMENTS), "specs/a/requirements.md");
  EXPECT_EQ(SpecDocumentPath(SpecShelf::kActive, "a", v1::SPEC_DOCUMENT_DESIGN), "specs/a/design.md");
  EXPECT_EQ(SpecDocumentPath(SpecShelf::kArchived, "a", v1::SPEC_DOCUMENT_TASKS), "archive/specs/a/tasks.md");
}

TEST(SpecLayoutTest, DisplayNamesAreTheCapitalizedWords) {
  EXPECT_EQ(SpecDisplayName("user-auth"), "User Auth");
  EXPECT_EQ(SpecDisplayName("old-thing-2"), "Old Thing 2");
  EXPECT_EQ(SpecDisplayName("snake_case"), "Snake_case");
  EXPECT_EQ(SpecDisplayName("OAuth-login"), "OAuth Login");
  EXPECT_EQ(SpecDisplayName("a--b-"), "A  B ");
  EXPECT_EQ(SpecDisplayName("größe-x"), "Größe X");
}

TEST(SpecLayoutTest, ATreeThatDoesNotExistHasNoSpecs) {
  const MemoryTree tree;
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> names, ListSpecNames(tree, SpecShelf::kActive));
  EXPECT_THAT(names, IsEmpty());
}

TEST(SpecLayoutTest, SpecsAreDirectoriesWithProperNamesInAscendingOrder) {
  MemoryTree tree;
  for (const char* path : {"specs/zeta/design.md", "specs/Alpha/design.md", "specs/alpha/x/deep.md", "specs/notes.md",
                           "specs/.hidden/design.md", "archive/specs/old/design.md"}) {
    tree.Put(path, "x");
  }
  tree.Put("specs/" + std::string(129, 'n') + "/design.md", "x");
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> active, ListSpecNames(tree, SpecShelf::kActive));
  EXPECT_THAT(active, ElementsAre("Alpha", "alpha", "zeta"));
  ASSERT_OK_AND_ASSIGN(const std::vector<std::string> archived, ListSpecNames(tree, SpecShelf::kArchived));
  EXPECT_THAT(archived, ElementsAre("old"));
}

TEST(SpecLayoutTest, WhatIsNoDirectoryIsNoSpec) {
  MemoryTree tree;
  tree.Put("specs/file", "x");
  tree.Put("specs/real/design.md", "x");
  EXPECT_THAT(StatSpec(tree, SpecShelf::kActive, "real", "gone"), IsOk());
  for (const char* name : {"file", "missing"}) {
    EXPECT_THAT(StatSpec(tree, SpecShelf::kActive, name, "gone"),
                IsStatus(absl::StatusCode::kNotFound, AllOf(StartsWith("gone"), HasSubstr("spec-list"))));
  }
  EXPECT_THAT(StatSpec(tree, SpecShelf::kArchived, "real", "gone"),
              IsStatus(absl::StatusCode::kNotFound, HasSubstr("spec-archived-list")));
}

}  // namespace
}  // namespace specrelay
