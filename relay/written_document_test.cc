#include "relay/written_document.h"

#include "gtest/gtest.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {
namespace {

TEST(WrittenDocumentTest, NamesTheDocumentOfASpec) {
  v1::Command command;
  command.mutable_spec_document_write()->set_name("login");
  command.mutable_spec_document_write()->set_document(v1::SPEC_DOCUMENT_DESIGN);
  EXPECT_EQ(WrittenDocument(command), "specs/login/design.md");
  command.mutable_spec_document_write()->set_archived(true);
  EXPECT_EQ(WrittenDocument(command), "archive/specs/login/design.md");
}

TEST(WrittenDocumentTest, NamesASteeringDocument) {
  v1::Command command;
  command.mutable_steering_write()->set_document(v1::STEERING_DOCUMENT_TECH);
  EXPECT_EQ(WrittenDocument(command), "steering/tech.md");
}

TEST(WrittenDocumentTest, ATaskIsInTheTasksOfItsSpec) {
  v1::Command command;
  command.mutable_task_status_update()->set_spec_name("login");
  EXPECT_EQ(WrittenDocument(command), "specs/login/tasks.md");
}

TEST(WrittenDocumentTest, NamesNoneForADocumentThatThereIsNot) {
  v1::Command command;
  command.mutable_spec_document_write()->set_name("login");
  EXPECT_EQ(WrittenDocument(command), "");
  command.mutable_spec_document_write()->set_document(static_cast<v1::SpecDocument>(77));
  EXPECT_EQ(WrittenDocument(command), "");
  command.mutable_steering_write();
  EXPECT_EQ(WrittenDocument(command), "");
}

TEST(WrittenDocumentTest, NamesNoneForOtherCommands) {
  v1::Command command;
  EXPECT_EQ(WrittenDocument(command), "");
  command.mutable_spec_archive()->set_name("login");
  EXPECT_EQ(WrittenDocument(command), "");
}

}  // namespace
}  // namespace specrelay
