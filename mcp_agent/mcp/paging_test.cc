#include "mcp_agent/mcp/paging.h"

#include "absl/strings/str_format.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

std::vector<ListEntry> Entries(std::initializer_list<const char*> keys) {
  std::vector<ListEntry> entries;
  for (const char* key : keys) entries.push_back({key, key});
  return entries;
}

TEST(PagingTest, PagesTogetherAreTheWholeListInOrder) {
  Json params = Json::object();
  std::string seen;
  for (int page_count = 1;; ++page_count) {
    ASSERT_OK_AND_ASSIGN(const Json page, MakePage(Entries({"e", "a", "d", "b", "c"}), "things", params, 2));
    for (const Json& thing : page["things"]) seen += thing.get<std::string>();
    if (!page.contains("nextCursor")) {
      EXPECT_EQ(page_count, 3);
      break;
    }
    params["cursor"] = page["nextCursor"];
  }
  EXPECT_EQ(seen, "abcde");
}

TEST(PagingTest, WhatComesAndGoesBetweenPagesShiftsNothing) {
  ASSERT_OK_AND_ASSIGN(const Json first, MakePage(Entries({"a", "b", "c", "d"}), "things", Json::object(), 2));
  ASSERT_OK_AND_ASSIGN(const Json second,
                       MakePage(Entries({"aa", "c", "d"}), "things", {{"cursor", first["nextCursor"]}}, 2));
  EXPECT_EQ(second["things"].dump(), R"(["c","d"])");
  EXPECT_FALSE(second.contains("nextCursor"));
}

TEST(PagingTest, AnEmptyListIsOnePage) {
  ASSERT_OK_AND_ASSIGN(const Json page, MakePage({}, "things", {{"cursor", nullptr}}));
  EXPECT_EQ(page.dump(), R"({"things":[]})");
}

TEST(PagingTest, ACursorOfAnotherListOrNoneAtAllIsRefused) {
  ASSERT_OK_AND_ASSIGN(const Json other, MakePage(Entries({"a", "b"}), "others", Json::object(), 1));
  for (const Json& cursor : {other["nextCursor"], Json("%"), Json(7), Json(""), Json("dGhpbmc")}) {
    EXPECT_THAT(MakePage(Entries({"a"}), "things", {{"cursor", cursor}}).status(),
                IsStatus(absl::StatusCode::kInvalidArgument, testing::HasSubstr("nextCursor")))
        << cursor;
  }
}

}  // namespace
}  // namespace specrelay
