#include "mcp_agent/audit/audit_chain.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/utf8.h"
#include "nlohmann/json.hpp"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

AuditEntry Decision() {
  AuditEntry entry;
  entry.at = absl::FromUnixMillis(1795227691095);
  entry.request_id = "r1";
  entry.command = "approval-update";
  entry.state = "APPLIED";
  entry.actor.set_account("acme");
  entry.actor.set_key_name("laptop");
  entry.actor.set_client("browser");
  entry.summary = "approved approval_17";
  entry.effects = {{AuditEffect::Op::kWrite, "approvals/x/a.json", "", "", Sha256Hex("a")},
                   {AuditEffect::Op::kRename, "specs/x", "archive/specs/x", "", ""}};
  return entry;
}

std::string WithoutNewline(std::string line) {
  EXPECT_THAT(line, EndsWith("\n"));
  line.pop_back();
  return line;
}

TEST(AuditChainTest, ALineIsCompactJsonWithKeysInTheirOrder) {
  ChainHead after;
  const std::string line = FormatAuditLine(Decision(), ChainHead(), &after);
  const std::string zeros(64, '0');
  EXPECT_EQ(line, absl::StrCat(R"({"seq":1,"at":"2026-11-21T02:21:31.095Z","requestId":"r1","command":)",
                               R"("approval-update","state":"APPLIED","actor":{"account":"acme","keyName":"laptop",)",
                               R"("client":"browser"},"summary":"approved approval_17","effects":[{"op":"write",)",
                               R"("path":"approvals/x/a.json","before":"","after":")", Sha256Hex("a"),
                               R"("},{"op":"rename","path":"specs/x","to":"archive/specs/x","before":"",)",
                               R"("after":""}],"prev":")", zeros, R"(","hash":")", after.hash, "\"}\n"));
  EXPECT_EQ(after.hash, Sha256Hex(line.substr(0, line.rfind(",\"hash\":"))));
  EXPECT_EQ(after.seq, 1);
}

TEST(AuditChainTest, EachLineCarriesTheHashOfTheOneBefore) {
  ChainHead first;
  FormatAuditLine(Decision(), ChainHead(), &first);
  ChainHead second;
  const std::string line = WithoutNewline(FormatAuditLine(Decision(), first, &second));
  EXPECT_EQ(second.seq, 2);
  ASSERT_OK_AND_ASSIGN(const AuditLink link, ParseAuditLine(line));
  EXPECT_EQ(link.prev, first.hash);
  EXPECT_EQ(link.head, second);
  ASSERT_OK_AND_ASSIGN(const ChainHead head, HeadOfLine(line));
  EXPECT_EQ(head, second);
}

TEST(AuditChainTest, TheHeadMayBeTheOneThatIsGoneOnFrom) {
  ChainHead head;
  FormatAuditLine(Decision(), head, &head);
  EXPECT_THAT(HeadOfLine(WithoutNewline(FormatAuditLine(Decision(), head, &head))), IsOk());
  EXPECT_EQ(head.seq, 2);
}

TEST(AuditChainTest, HostileTextStaysOneLineOfValidJson) {
  AuditEntry entry = Decision();
  const std::string hostile = std::string("a\n\"},\"hash\":\"b\\\0\x01\xFF\xED\xA0\x80 größe", 30);
  entry.request_id = entry.command = entry.state = entry.summary = hostile;
  entry.actor.set_client(hostile);
  entry.effects[1].path = entry.effects[1].to = entry.effects[1].before = hostile;
  ChainHead after;
  const std::string line = WithoutNewline(FormatAuditLine(entry, ChainHead(), &after));
  EXPECT_THAT(line, Not(HasSubstr("\n")));
  EXPECT_TRUE(IsValidUtf8(line));
  const Json json = Json::parse(line, nullptr, false);
  EXPECT_EQ(json["requestId"], ReplaceInvalidUtf8(hostile));
  EXPECT_EQ(json["effects"][1]["to"], ReplaceInvalidUtf8(hostile));
  EXPECT_THAT(HeadOfLine(line), IsOk());
}

TEST(AuditChainTest, TooManyEffectsAreLeftOutAndCounted) {
  AuditEntry entry = Decision();
  entry.effects.assign(5000, entry.effects[0]);
  ChainHead after;
  const std::string line = FormatAuditLine(entry, ChainHead(), &after);
  EXPECT_LE(line.size(), kMaxAuditLineBytes);
  EXPECT_GT(line.size(), kMaxAuditLineBytes - 1000);
  const Json json = Json::parse(line, nullptr, false);
  EXPECT_GT(json["effects"].size(), 300u);
  EXPECT_EQ(json["effects"].size() + json["omittedEffects"].get<size_t>(), 5000u);
  EXPECT_THAT(HeadOfLine(WithoutNewline(line)), IsOk());
}

TEST(AuditChainTest, NoLineIsOverTheLimitWhateverTheTexts) {
  for (const std::string& text : {std::string(1 << 20, '\x01'), std::string(1 << 20, '\xFF'), std::string(1 << 20, 'x'),
                                  std::string(1 << 20, '\x80')}) {
    AuditEntry entry;
    entry.at = absl::InfiniteFuture();
    entry.request_id = entry.command = entry.state = entry.summary = text;
    entry.actor.set_account(text);
    entry.actor.set_key_name(text);
    entry.actor.set_client(text);
    entry.effects.assign(50, {AuditEffect::Op::kRename, text, text, text, text});
    ChainHead after;
    const std::string line = FormatAuditLine(entry, {kMaxAuditSeq - 1, Sha256Hex("")}, &after);
    EXPECT_LE(line.size(), kMaxAuditLineBytes);
    EXPECT_THAT(HeadOfLine(WithoutNewline(line)), IsOk());
  }
}

TEST(AuditChainTest, AnOverlongTextIsNotCutWithinACharacter) {
  AuditEntry entry = Decision();
  for (int i = 0; i < 2000; ++i) entry.summary += "ß";
  entry.summary.insert(0, "x");
  ChainHead after;
  const Json json = Json::parse(FormatAuditLine(entry, ChainHead(), &after), nullptr, false);
  EXPECT_THAT(json["summary"].get<std::string>(), Not(HasSubstr("\xEF\xBF\xBD")));
}

TEST(AuditChainTest, EachSingleByteChangeOfALineIsFound) {
  ChainHead after;
  const std::string line = WithoutNewline(FormatAuditLine(Decision(), ChainHead(), &after));
  for (size_t i = 0; i < line.size(); ++i) {
    for (const int flip : {0x01, 0x20, 0x80}) {
      std::string changed = line;
      changed[i] = static_cast<char>(changed[i] ^ flip);
      EXPECT_FALSE(HeadOfLine(changed).ok()) << i << " " << changed;
    }
  }
}

TEST(AuditChainTest, AChangedTextIsToldFromWhatIsNoAuditLine) {
  ChainHead after;
  const std::string line = WithoutNewline(FormatAuditLine(Decision(), ChainHead(), &after));
  std::string changed = line;
  changed[line.find("acme")] = 'A';
  EXPECT_THAT(HeadOfLine(changed), HasCode(absl::StatusCode::kDataLoss));
  for (const std::string& other : {std::string(), std::string("{}"), line + " ", line.substr(0, line.size() - 1),
                                   std::string("\"}"), line + "\n", std::string(1 << 20, '{')}) {
    EXPECT_THAT(HeadOfLine(other), HasCode(absl::StatusCode::kInvalidArgument)) << other.substr(0, 100);
  }
}

TEST(AuditChainTest, ARightHashDoesNotMakeAnyTextALine) {
  const std::string prev = absl::StrCat(",\"prev\":\"", std::string(64, '0'), "\"");
  for (const std::string& text : {
           std::string(),
           std::string("{\"seq\":1"),
           absl::StrCat("{\"seq\":0", prev),
           absl::StrCat("{\"seq\":-1", prev),
           absl::StrCat("{\"seq\":+1", prev),
           absl::StrCat("{\"seq\": 1", prev),
           absl::StrCat("{\"seq\":01", prev),
           absl::StrCat("{\"seq\":1.5", prev),
           absl::StrCat("{\"seq\":", prev),
           absl::StrCat("{\"seq\":9007199254740992", prev),
           absl::StrCat("{\"seq\":99999999999999999999999", prev),
           absl::StrCat("{\"seq\":1,nonsense", prev),
           std::string("{\"seq\":1,\"prev\":\"0\""),
       }) {
    EXPECT_THAT(ParseAuditLine(absl::StrCat(text, ",\"hash\":\"", Sha256Hex(text), "\"}")),
                HasCode(absl::StatusCode::kInvalidArgument))
        << text;
  }
  const std::string good = absl::StrCat("{\"seq\":1", prev);
  EXPECT_THAT(ParseAuditLine(absl::StrCat(good, ",\"hash\":\"", Sha256Hex(good), "\"}")), IsOk());
}

}  // namespace
}  // namespace specrelay
