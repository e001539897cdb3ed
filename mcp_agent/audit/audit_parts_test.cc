#include "mcp_agent/audit/audit_parts.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_chain.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;

TEST(AuditPartsTest, AreInTheOrderOfTheirLines) {
  EXPECT_EQ(AuditPartName(12345), "audit.jsonl.0000000000012345");
  EXPECT_EQ(AuditPartName(kMaxAuditSeq), "audit.jsonl.9007199254740991");
  EXPECT_THAT(AuditParts({{AuditPartName(1000)}, {AuditPartName(kMaxAuditSeq)}, {AuditPartName(999)}}),
              ElementsAre(AuditPartName(999), AuditPartName(1000), AuditPartName(kMaxAuditSeq)));
}

TEST(AuditPartsTest, NothingElseIsTakenForOne) {
  EXPECT_THAT(AuditParts({{"audit.jsonl"},
                          {"audit.jsonl.1"},
                          {"audit.jsonl.00000000000000001"},
                          {"audit.jsonl.000000000000000x"},
                          {"audit.jsonl.damaged-0123456789"},
                          {"audit_jsonl.0000000000000001"},
                          {AuditPartName(1), /*is_directory=*/true}}),
              ElementsAre());
}

TEST(AuditPartsTest, WhatBelongsToTheRecord) {
  for (const char* path : {"audit.jsonl", "audit.jsonl.0000000000000001", "audit.jsonl.damaged-0123456789abcdef"}) {
    EXPECT_TRUE(IsAuditFile(path)) << path;
  }
  for (const char* path : {"audit.json", "audit.jsonlines", "audit.jsonl.d/file", "specs/audit.jsonl", ""}) {
    EXPECT_FALSE(IsAuditFile(path)) << path;
  }
}

}  // namespace
}  // namespace specrelay
