#include "mcp_agent/watch/file_category.h"

#include <string>

#include "gtest/gtest.h"

namespace specrelay {
namespace {

struct Case {
  const char* path;
  v1::FileCategory category;
};

TEST(FileCategoryTest, EveryPlaceOfTheLayoutHasItsCategory) {
  const Case cases[] = {
      {"specs/user-auth/requirements.md", v1::FILE_CATEGORY_SPEC},
      {"specs/user-auth/design.md", v1::FILE_CATEGORY_SPEC},
      {"specs/user-auth/notes.md", v1::FILE_CATEGORY_SPEC},
      {"specs/user-auth/tasks.md", v1::FILE_CATEGORY_TASKS},
      {"specs/user-auth/implementation-log.json", v1::FILE_CATEGORY_IMPLEMENTATION_LOG},
      {"specs/user-auth/Implementation Logs/task-1_2026-11-21T0222_0f1c9335.md", v1::FILE_CATEGORY_IMPLEMENTATION_LOG},
      {"archive/specs/old-thing/requirements.md", v1::FILE_CATEGORY_ARCHIVE},
      {"archive/specs/old-thing/tasks.md", v1::FILE_CATEGORY_ARCHIVE},
      {"archive/specs/old-thing/implementation-log.json", v1::FILE_CATEGORY_ARCHIVE},
      {"archive/specs/old-thing/Implementation Logs/task-1.md", v1::FILE_CATEGORY_ARCHIVE},
      {"archive/specs/old-thing/picture.png", v1::FILE_CATEGORY_ARCHIVE},
      {"steering/product.md", v1::FILE_CATEGORY_STEERING},
      {"steering/principles.md", v1::FILE_CATEGORY_STEERING},
      {"approvals/user-auth/approval_1795227691095_vxha7e9ph.json", v1::FILE_CATEGORY_APPROVAL},
      {"approvals/user-auth/.snapshots/requirements.md/metadata.json", v1::FILE_CATEGORY_SNAPSHOT},
      {"approvals/user-auth/.snapshots/requirements.md/snapshot-001.json", v1::FILE_CATEGORY_SNAPSHOT},
      {"questions/question_0f1c93350f1c93350f1c9335.json", v1::FILE_CATEGORY_QUESTION},
      {"analytics/task-events.jsonl", v1::FILE_CATEGORY_OTHER},
      {"config.json", v1::FILE_CATEGORY_OTHER},
  };
  for (const Case& c : cases) EXPECT_EQ(CategoryOf(c.path), c.category) << c.path;
}

TEST(FileCategoryTest, WhatOnlyResemblesTheLayoutIsOther) {
  const char* paths[] = {
      "",
      "/",
      "specs",
      "specs/tasks.md",
      "specs/requirements.md",
      "specs/user-auth/tasks.md/inner.txt",
      "specs/user-auth/tasks.md~",
      "specs/user-auth/TASKS.MD",
      "specs/user-auth/picture.png",
      "specs/user-auth/drafts/tasks.md",
      "specs/user-auth/drafts/implementation-log.json",
      "specs/user-auth/Implementation Logs/raw.txt",
      "specs/user-auth/Implementation Logs/deeper/task-1.md",
      "specs/user-auth/implementation logs/task-1.md",
      "Specs/user-auth/tasks.md",
      "other/specs/user-auth/tasks.md",
      "archive/user-auth/tasks.md",
      "archive/specs/tasks.md",
      "steering/drafts/product.md",
      "steering/product.txt",
      "steering.md",
      "approvals/approval_1.json",
      "approvals/user-auth/notes.txt",
      "approvals/user-auth/deeper/approval_1.json",
      "approvals/user-auth/.snapshots/metadata.json",
      "approvals/user-auth/.snapshots/requirements.md/notes.txt",
      "approvals/user-auth/.snapshots/requirements.md/deeper/metadata.json",
      "questions/notes.txt",
      "questions/deeper/question_1.json",
      "questions",
      "tasks.md",
  };
  for (const char* path : paths) EXPECT_EQ(CategoryOf(path), v1::FILE_CATEGORY_OTHER) << path;
}

TEST(FileCategoryTest, DirectoriesOfAnyNameCount) {
  EXPECT_EQ(CategoryOf("specs/specs/tasks.md"), v1::FILE_CATEGORY_TASKS);
  EXPECT_EQ(CategoryOf("specs/größe und maß/tasks.md"), v1::FILE_CATEGORY_TASKS);
  EXPECT_EQ(CategoryOf("approvals/archive/specs.json"), v1::FILE_CATEGORY_APPROVAL);
}

TEST(FileCategoryTest, VeryDeepPathsAreOther) {
  std::string path = "specs";
  for (int i = 0; i < 2000; ++i) path += "/a";
  EXPECT_EQ(CategoryOf(path), v1::FILE_CATEGORY_OTHER);
}

}  // namespace
}  // namespace specrelay
