#include "dashboard/openapi/message_schemas.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {
namespace {

TEST(MessageSchemasTest, WritesFieldsAsTheJsonMappingOfProtobufDoes) {
  Schema schemas = Schema::object();
  AddMessageSchemas(*v1::Approval::descriptor(), schemas);
  const Schema& fields = schemas.at("specrelay.v1.Approval").at("properties");
  EXPECT_EQ(fields.at("filePath"), Text());
  EXPECT_EQ(fields.at("createdAt"), Time());
  EXPECT_EQ(fields.at("comments"), ListOf(Reference("specrelay.v1.ApprovalComment")));
  EXPECT_EQ(fields.at("metadata"), AnyObject());
  EXPECT_EQ(fields.at("status").at("enum")[1], "APPROVAL_STATUS_PENDING");
}

TEST(MessageSchemasTest, AddsTheMessagesInsideAMessageOnce) {
  Schema schemas = Schema::object();
  AddMessageSchemas(*v1::Approval::descriptor(), schemas);
  EXPECT_TRUE(schemas.contains("specrelay.v1.ApprovalComment"));
  const Schema before = schemas;
  AddMessageSchemas(*v1::Approval::descriptor(), schemas);
  EXPECT_EQ(schemas, before);
}

TEST(MessageSchemasTest, SixtyFourBitNumbersMayBeTexts) {
  Schema schemas = Schema::object();
  AddMessageSchemas(*v1::EventBatch::descriptor(), schemas);
  const Schema expected = {{"type", {"string", "integer"}}};
  EXPECT_EQ(schemas.at("specrelay.v1.EventBatch").at("properties").at("firstSequence"), expected);
}

}  // namespace
}  // namespace specrelay
