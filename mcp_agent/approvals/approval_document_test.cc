#include "mcp_agent/approvals/approval_document.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "mcp_agent/approvals/testing/sample_tree.h"
#include "proto/support/iso_time.h"
#include "proto/support/testing/status_matchers.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

constexpr char kPath[] = "approvals/user-auth/approval_1.json";
constexpr char kPending[] = R"({
  "id": "approval_1",
  "title": "Review requirements",
  "filePath": ".spec-context/specs/user-auth/requirements.md",
  "type": "document",
  "status": "pending",
  "createdAt": "2026-11-21T02:21:31.095Z",
  "category": "spec",
  "categoryName": "user-auth"
})";

ApprovalDecision Approve() {
  ApprovalDecision decision;
  decision.status = v1::APPROVAL_STATUS_APPROVED;
  decision.response = "Looks good!";
  decision.at = absl::FromUnixMillis(1'795'227'694'306);
  decision.by.set_account("acme");
  decision.by.set_key_name("ann");
  decision.by.set_client("browser");
  return decision;
}

std::vector<std::string> KeysOf(const std::string& json) {
  std::vector<std::string> keys;
  const nlohmann::ordered_json object = nlohmann::ordered_json::parse(json);
  for (const auto& item : object.items()) keys.push_back(item.key());
  return keys;
}

TEST(ApprovalDocumentTest, TheRecordedFilesAreReadAndWrittenByteForByte) {
  MemoryTree tree;
  PutSampleTree(tree);
  for (const char* id : {kSampleApproved, kSampleToRevise}) {
    const std::string path = ApprovalPath("user-auth", id);
    ASSERT_OK_AND_ASSIGN(const FileContent file, tree.Read(path, kMaxApprovalFileBytes));
    ASSERT_OK_AND_ASSIGN(const ApprovalDocument document, ApprovalDocument::Parse(path, file.bytes));
    EXPECT_EQ(document.ToJson(), file.bytes);
    EXPECT_EQ(document.path(), path);
    EXPECT_EQ(document.approval().id(), id);
    EXPECT_EQ(document.approval().category(), v1::APPROVAL_CATEGORY_SPEC);
    EXPECT_EQ(document.approval().type(), v1::APPROVAL_TYPE_DOCUMENT);
    EXPECT_FALSE(document.approval().has_decided_by());
    EXPECT_FALSE(document.pending());
  }
}

TEST(ApprovalDocumentTest, ARecordedRemarkIsReadWhole) {
  MemoryTree tree;
  PutSampleTree(tree);
  const std::string path = ApprovalPath("user-auth", kSampleToRevise);
  ASSERT_OK_AND_ASSIGN(const FileContent file, tree.Read(path, kMaxApprovalFileBytes));
  ASSERT_OK_AND_ASSIGN(const ApprovalDocument document, ApprovalDocument::Parse(path, file.bytes));
  const v1::Approval& approval = document.approval();
  EXPECT_EQ(approval.status(), v1::APPROVAL_STATUS_NEEDS_REVISION);
  EXPECT_EQ(approval.response(), "Please add numbers");
  EXPECT_EQ(approval.annotations(), "Overall ok");
  EXPECT_EQ(ToIsoTime(FromProto(approval.responded_at())), "2026-11-21T02:21:31.107Z");
  ASSERT_EQ(approval.comments_size(), 1);
  EXPECT_EQ(approval.comments(0).selected_text(), "a session");
  EXPECT_EQ(approval.comments(0).comment(), "which kind?");
  EXPECT_EQ(approval.comments(0).line_number(), 3);
  EXPECT_EQ(approval.comments(0).highlight_color(), "#ffeb3b");
}

TEST(ApprovalDocumentTest, ADecisionIsWrittenInTheOrderOfExistingTools) {
  ASSERT_OK_AND_ASSIGN(ApprovalDocument document, ApprovalDocument::Parse(kPath, kPending));
  ASSERT_TRUE(document.pending());
  ApprovalDecision decision = Approve();
  decision.reviewed_hash = "abc";
  document.Decide(decision);
  EXPECT_FALSE(document.pending());
  EXPECT_EQ(
      KeysOf(document.ToJson()),
      (std::vector<std::string>{"id", "title", "filePath", "type", "status", "createdAt", "category", "categoryName",
                                "response", "annotations", "respondedAt", "comments", "decidedBy", "reviewedHash"}));
  ASSERT_OK_AND_ASSIGN(const ApprovalDocument read, ApprovalDocument::Parse(kPath, document.ToJson()));
  EXPECT_EQ(read.approval().SerializeAsString(), document.approval().SerializeAsString());
  EXPECT_EQ(read.approval().response(), "Looks good!");
  EXPECT_TRUE(read.approval().has_annotations());
  EXPECT_EQ(read.approval().decided_by().key_name(), "ann");
  EXPECT_EQ(FromProto(read.approval().responded_at()), decision.at);
}

TEST(ApprovalDocumentTest, KeysThatNobodyKnowsKeepTheirPlace) {
  const std::string text =
      absl::StrReplaceAll(kPending, {{R"(  "type")", R"(  "x-tool": {"b": [1, 2.5, null], "a": "é"},
  "type")"}});
  ASSERT_OK_AND_ASSIGN(ApprovalDocument document, ApprovalDocument::Parse(kPath, text));
  document.Decide(Approve());
  EXPECT_EQ(KeysOf(document.ToJson())[3], "x-tool");
  document.Undo();
  EXPECT_EQ(nlohmann::ordered_json::parse(document.ToJson()), nlohmann::ordered_json::parse(text));
}

TEST(ApprovalDocumentTest, UndoingLeavesTheFileAsItWas) {
  ASSERT_OK_AND_ASSIGN(ApprovalDocument document, ApprovalDocument::Parse(kPath, kPending));
  ApprovalDecision decision = Approve();
  decision.automatic = true;
  decision.reviewed_hash = "abc";
  decision.comments.Add()->set_comment("why?");
  document.Decide(decision);
  EXPECT_TRUE(document.approval().auto_approved());
  document.Consume(decision.at);
  EXPECT_TRUE(document.consumed());
  document.Undo();
  EXPECT_EQ(document.ToJson(), kPending);
  EXPECT_TRUE(document.pending());
  EXPECT_FALSE(document.consumed());
  ASSERT_OK_AND_ASSIGN(const ApprovalDocument read, ApprovalDocument::Parse(kPath, kPending));
  EXPECT_EQ(document.approval().SerializeAsString(), read.approval().SerializeAsString());
}

TEST(ApprovalDocumentTest, ANewApprovalLooksLikeThoseOfExistingTools) {
  ASSERT_OK_AND_ASSIGN(const ApprovalDocument sample, ApprovalDocument::Parse(kPath, kPending));
  ASSERT_OK_AND_ASSIGN(const ApprovalDocument created, ApprovalDocument::Create(sample.approval()));
  EXPECT_EQ(created.ToJson(), kPending);
}

TEST(ApprovalDocumentTest, MetadataIsKept) {
  ASSERT_OK_AND_ASSIGN(const ApprovalDocument sample, ApprovalDocument::Parse(kPath, kPending));
  v1::Approval approval = sample.approval();
  (*approval.mutable_metadata()->mutable_fields())["branch"].set_string_value("main");
  ASSERT_OK_AND_ASSIGN(const ApprovalDocument created, ApprovalDocument::Create(approval));
  ASSERT_OK_AND_ASSIGN(const ApprovalDocument read, ApprovalDocument::Parse(kPath, created.ToJson()));
  EXPECT_EQ(read.approval().metadata().fields().at("branch").string_value(), "main");
  google::protobuf::Struct* level = approval.mutable_metadata();
  for (int depth = 0; depth < 70; ++depth) level = (*level->mutable_fields())["x"].mutable_struct_value();
  EXPECT_THAT(ApprovalDocument::Create(approval), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(ApprovalDocumentTest, WhatIsNoApprovalIsRefusedWithItsName) {
  const std::string nest = std::string(100'000, '[');
  const std::vector<std::string> damaged = {
      "",
      "{",
      "[]",
      "null",
      "\xFF\xFE",
      "{}",
      nest,
      absl::StrCat(R"({"id": "approval_1", "x": )", nest),
      std::string(kPending).substr(0, 150),
      absl::StrReplaceAll(kPending, {{"\"approval_1\"", "\"approval_2\""}}),
      absl::StrReplaceAll(kPending, {{"\"approval_1\"", "7"}}),
      absl::StrReplaceAll(kPending, {{"\"pending\"", "\"explode\""}}),
      absl::StrReplaceAll(kPending, {{"\"pending\"", "{}"}}),
      absl::StrReplaceAll(kPending, {{"2026-11-21T02:21:31.095Z", "yesterday"}}),
      absl::StrReplaceAll(kPending, {{"\"filePath\"", "\"file\""}}),
  };
  for (const std::string& bytes : damaged) {
    EXPECT_THAT(ApprovalDocument::Parse(kPath, bytes),
                IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr(absl::StrCat(".spec-context/", kPath))))
        << bytes.substr(0, 100);
  }
}

TEST(ApprovalDocumentTest, FieldsOfAnotherKindAreLeftOut) {
  const std::string text = absl::StrReplaceAll(
      kPending, {{"\"title\": \"Review requirements\"",
                  R"("title": 5, "response": [], "comments": [1, {"lineNumber": -3, "comment": 7}, null],
                     "decidedBy": "ann", "respondedAt": "never", "metadata": [1], "autoApproved": "yes")"}});
  ASSERT_OK_AND_ASSIGN(const ApprovalDocument document, ApprovalDocument::Parse(kPath, text));
  const v1::Approval& approval = document.approval();
  EXPECT_EQ(approval.title(), "");
  EXPECT_FALSE(approval.has_response());
  EXPECT_FALSE(approval.has_decided_by());
  EXPECT_FALSE(approval.has_responded_at());
  EXPECT_FALSE(approval.has_metadata());
  EXPECT_FALSE(approval.auto_approved());
  ASSERT_EQ(approval.comments_size(), 1);
  EXPECT_FALSE(approval.comments(0).has_line_number());
}

}  // namespace
}  // namespace specrelay
