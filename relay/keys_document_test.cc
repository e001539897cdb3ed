#include "relay/keys_document.h"

#include <string>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kOneKey[] = R"({
  "comment": "kept",
  "keys": [
    {
      "id": "key_1", "name": "laptop", "account": "acme", "role": "user", "projects": ["p1", "p2"],
      "hash": "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
      "createdAt": "2023-11-14T22:13:20.000Z", "note": {"kept": [1, 2.5, null]}
    }
  ],
  "later": 18446744073709551615
})";

std::string OneKeyWith(absl::string_view from, absl::string_view to) {
  std::string changed = absl::StrReplaceAll(kOneKey, {{from, to}});
  EXPECT_NE(changed, kOneKey);
  return changed;
}

KeyRecord NewKey() {
  KeyRecord key;
  key.principal = {"acme", Role::kAgent, "key_2", "Büro", {"p3"}};
  key.hash = std::string(64, 'a');
  key.created_at = absl::FromUnixSeconds(1'700'000'000);
  key.expires_at = absl::FromUnixSeconds(1'700'003'600);
  return key;
}

TEST(KeysDocumentTest, AKeyIsReadWithAllThatStandsThere) {
  ASSERT_OK_AND_ASSIGN(const KeysDocument document, KeysDocument::Parse(kOneKey));
  ASSERT_THAT(document.keys(), SizeIs(1));
  const KeyRecord& key = document.keys()[0];
  EXPECT_EQ(key.principal.key_id, "key_1");
  EXPECT_EQ(key.principal.key_name, "laptop");
  EXPECT_EQ(key.principal.account, "acme");
  EXPECT_EQ(key.principal.role, Role::kUser);
  EXPECT_THAT(key.principal.project_scopes, ElementsAre("p1", "p2"));
  EXPECT_THAT(key.hash, SizeIs(64));
  EXPECT_EQ(key.created_at, absl::FromUnixSeconds(1'700'000'000));
  EXPECT_EQ(key.expires_at, absl::InfiniteFuture());
  EXPECT_FALSE(key.revoked_at.has_value());
}

TEST(KeysDocumentTest, AddedKeysReadBackTheSame) {
  KeysDocument document;
  ASSERT_THAT(document.Add(NewKey()), IsOk());
  ASSERT_OK_AND_ASSIGN(const KeysDocument read, KeysDocument::Parse(document.Serialize()));
  ASSERT_THAT(read.keys(), SizeIs(1));
  const KeyRecord& key = read.keys()[0];
  EXPECT_EQ(key.principal.key_name, "Büro");
  EXPECT_EQ(key.principal.role, Role::kAgent);
  EXPECT_THAT(key.principal.project_scopes, ElementsAre("p3"));
  EXPECT_EQ(key.created_at, NewKey().created_at);
  EXPECT_EQ(key.expires_at, NewKey().expires_at);
}

TEST(KeysDocumentTest, ALifetimeOfManyThousandYearsReadsBackTheSame) {
  KeyRecord key = NewKey();
  key.expires_at = key.created_at + absl::Hours(24) * 365 * 100'000;
  KeysDocument document;
  ASSERT_THAT(document.Add(key), IsOk());
  ASSERT_OK_AND_ASSIGN(const KeysDocument read, KeysDocument::Parse(document.Serialize()));
  EXPECT_EQ(read.keys()[0].expires_at, key.expires_at);
}

TEST(KeysDocumentTest, WhatIsNotKnownIsKept) {
  ASSERT_OK_AND_ASSIGN(KeysDocument document, KeysDocument::Parse(kOneKey));
  ASSERT_THAT(document.Add(NewKey()), IsOk());
  document.Revoke(0, absl::FromUnixSeconds(1'700'000'060));
  const auto json = nlohmann::ordered_json::parse(document.Serialize());
  EXPECT_EQ(json["comment"], "kept");
  EXPECT_EQ(json["later"], 18446744073709551615u);
  EXPECT_EQ(json["keys"][0]["note"].dump(), R"({"kept":[1,2.5,null]})");
  EXPECT_EQ(json["keys"][0]["revokedAt"], "2023-11-14T22:14:20.000Z");
  EXPECT_EQ(json["keys"].size(), 2u);
}

TEST(KeysDocumentTest, TheFirstRevocationStays) {
  ASSERT_OK_AND_ASSIGN(KeysDocument document, KeysDocument::Parse(kOneKey));
  document.Revoke(0, absl::FromUnixSeconds(100));
  document.Revoke(0, absl::FromUnixSeconds(200));
  EXPECT_EQ(document.keys()[0].revoked_at, absl::FromUnixSeconds(100));
  ASSERT_OK_AND_ASSIGN(const KeysDocument read, KeysDocument::Parse(document.Serialize()));
  EXPECT_EQ(read.keys()[0].revoked_at, absl::FromUnixSeconds(100));
}

TEST(KeysDocumentTest, AnyRevocationCountsEvenOneThatIsNoTime) {
  for (const char* value : {R"("yesterday")", "true", R"("2024-01-01T00:00:00Z")"}) {
    const std::string text = OneKeyWith(R"("note":)", absl::StrCat(R"("revokedAt": )", value, R"(, "note":)"));
    ASSERT_OK_AND_ASSIGN(const KeysDocument document, KeysDocument::Parse(text));
    EXPECT_TRUE(document.keys()[0].revoked_at.has_value()) << value;
  }
  ASSERT_OK_AND_ASSIGN(const KeysDocument document,
                       KeysDocument::Parse(OneKeyWith(R"("note":)", R"("revokedAt": null, "note":)")));
  EXPECT_FALSE(document.keys()[0].revoked_at.has_value());
}

TEST(KeysDocumentTest, MissingProjectsMeanNoLimit) {
  ASSERT_OK_AND_ASSIGN(const KeysDocument document,
                       KeysDocument::Parse(OneKeyWith(R"("projects": ["p1", "p2"],)", "")));
  EXPECT_THAT(document.keys()[0].principal.project_scopes, IsEmpty());
}

TEST(KeysDocumentTest, EveryMalformedFileIsRefused) {
  const std::string second_key = std::string(kOneKey).substr(std::string(kOneKey).find("    {"));
  const std::string entry = second_key.substr(0, second_key.find("\n  ]"));
  const std::string twice = OneKeyWith("\n  ],", absl::StrCat(",\n", entry, "\n  ],"));
  for (const std::string& text : {std::string(),
                                  std::string("{"),
                                  std::string("[]"),
                                  std::string("null"),
                                  std::string("{}"),
                                  std::string(R"({"keys":{}})"),
                                  std::string(R"({"keys":[1]})"),
                                  std::string(R"({"keys":[{}]})"),
                                  OneKeyWith(R"("key_1")", R"("")"),
                                  OneKeyWith(R"("key_1")", "7"),
                                  OneKeyWith(R"("laptop")", "null"),
                                  OneKeyWith(R"("acme")", R"("")"),
                                  OneKeyWith(R"("user")", R"("root")"),
                                  OneKeyWith("cdef\"", "cde\""),
                                  OneKeyWith("cdef\"", "cdeF\""),
                                  OneKeyWith(R"(["p1", "p2"])", R"("p1")"),
                                  OneKeyWith(R"(["p1", "p2"])", "null"),
                                  OneKeyWith(R"("p2")", R"("")"),
                                  OneKeyWith(R"("p2")", "2"),
                                  OneKeyWith(R"("note":)", R"("expiresAt": "soon", "note":)"),
                                  OneKeyWith(R"("note":)", R"("expiresAt": 1700000000, "note":)"),
                                  twice,
                                  absl::StrReplaceAll(twice, {{"\"key_1\"", "\"\xff\""}}),
                                  std::string(kOneKey).substr(0, 300)}) {
    EXPECT_THAT(KeysDocument::Parse(text), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("")))
        << "accepted: " << text;
  }
}

TEST(KeysDocumentTest, TwoKeysOfTheSameIdAreRefused) {
  KeysDocument document;
  KeyRecord key = NewKey();
  ASSERT_THAT(document.Add(key), IsOk());
  key.hash = std::string(64, 'b');
  ASSERT_THAT(document.Add(key), IsOk());
  EXPECT_THAT(KeysDocument::Parse(document.Serialize()),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("same \"id\"")));
}

TEST(KeysDocumentTest, DeepNestingIsNoDanger) {
  EXPECT_FALSE(KeysDocument::Parse(std::string(200'000, '[')).ok());
  EXPECT_FALSE(KeysDocument::Parse(absl::StrCat(std::string(100'000, '['), std::string(100'000, ']'))).ok());
}

TEST(KeysDocumentTest, TextsThatNobodyCouldReadOrTypeAreNotAdded) {
  for (const std::string& text :
       {std::string(), std::string(129, 'x'), std::string("a\nb"), std::string("a\0b", 3), std::string("\xff"),
        std::string("\xed\xa0\x80"), std::string("say \"hi\""), std::string("a\\u0000b"), std::string("\x7f")}) {
    KeysDocument document;
    KeyRecord key = NewKey();
    key.principal.key_name = text;
    EXPECT_THAT(document.Add(key), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("the name of a key")));
    key = NewKey();
    key.principal.account = text;
    EXPECT_THAT(document.Add(key), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("an account")));
    key = NewKey();
    key.principal.project_scopes = {"p1", text};
    EXPECT_THAT(document.Add(key), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("a project id")));
    EXPECT_THAT(document.keys(), IsEmpty());
  }
}

}  // namespace
}  // namespace specrelay
