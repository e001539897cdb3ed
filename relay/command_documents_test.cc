#include "relay/command_documents.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_catalog.h"

namespace specrelay {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> FileWriteTo(absl::string_view path) {
  v1::Command command;
  command.mutable_file_write()->set_path(std::string(path));
  return DocumentsOf(command);
}

TEST(CommandDocumentsTest, EveryWriteThatThereIsHasDocumentsOfItsOwn) {
  for (const CommandInfo& info : CommandCatalog()) {
    if (info.access != v1::COMMAND_ACCESS_WRITE) continue;
    v1::Command command;
    google::protobuf::Message* request = command.GetReflection()->MutableMessage(&command, info.field);
    for (const char* ids : {"ids", "path", "file_path"}) {
      const auto* field = request->GetDescriptor()->FindFieldByName(ids);
      if (field == nullptr) continue;
      if (field->is_repeated()) {
        request->GetReflection()->AddString(request, field, "x");
      } else {
        request->GetReflection()->SetString(request, field, "x");
      }
    }
    if (const auto* document = request->GetDescriptor()->FindFieldByName("document"); document != nullptr) {
      request->GetReflection()->SetEnumValue(request, document, 1);
    }
    EXPECT_THAT(DocumentsOf(command), testing::Not(testing::Contains(""))) << info.name;
  }
}

TEST(CommandDocumentsTest, CommandsOnOneFileNameItAlike) {
  v1::Command document;
  document.mutable_spec_document_write()->set_name("a");
  document.mutable_spec_document_write()->set_document(v1::SPEC_DOCUMENT_TASKS);
  v1::Command status;
  status.mutable_task_status_update()->set_spec_name("a");
  EXPECT_THAT(DocumentsOf(document), ElementsAre("specs/a/tasks.md"));
  EXPECT_EQ(DocumentsOf(status), DocumentsOf(document));
  EXPECT_EQ(FileWriteTo("specs/a/tasks.md"), DocumentsOf(document));
  EXPECT_EQ(FileWriteTo("./specs//a/tasks.md"), DocumentsOf(document));
  v1::Command approval;
  approval.mutable_approval_create()->set_file_path(".spec-context/specs/a/tasks.md");
  EXPECT_EQ(DocumentsOf(approval), DocumentsOf(document));
  document.mutable_spec_document_write()->set_archived(true);
  EXPECT_THAT(DocumentsOf(document), ElementsAre("archive/specs/a/tasks.md"));
  v1::Command steering;
  steering.mutable_steering_write()->set_document(v1::STEERING_DOCUMENT_TECH);
  EXPECT_THAT(DocumentsOf(steering), ElementsAre("steering/tech.md"));
}

TEST(CommandDocumentsTest, ABatchIsAboutEachOfItsApprovalsUnlessThereAreTooMany) {
  v1::Command batch;
  batch.mutable_approval_batch_update()->add_ids("a");
  batch.mutable_approval_batch_update()->add_ids("b");
  EXPECT_THAT(DocumentsOf(batch), ElementsAre("approval:a", "approval:b"));
  for (int i = 0; i < 200; ++i) batch.mutable_approval_batch_update()->add_ids("c");
  EXPECT_THAT(DocumentsOf(batch), ElementsAre(""));
}

TEST(CommandDocumentsTest, WhatReplacesNoVersionIsNotBasedOnOne) {
  v1::Command log;
  log.mutable_impl_log_add()->set_spec_name("a");
  EXPECT_FALSE(BaseOn("new", log));
  EXPECT_FALSE(IsConditional(log));
  EXPECT_TRUE(log.has_impl_log_add());
}

TEST(CommandDocumentsTest, EveryConditionIsKnownAndSet) {
  for (const CommandInfo& info : CommandCatalog()) {
    for (const char* name : {"base_hash", "reviewed_hash"}) {
      v1::Command command;
      google::protobuf::Message* request = command.GetReflection()->MutableMessage(&command, info.field);
      const auto* field = request->GetDescriptor()->FindFieldByName(name);
      if (field == nullptr) continue;
      EXPECT_FALSE(IsConditional(command)) << info.name;
      EXPECT_TRUE(BaseOn("new", command)) << info.name;
      EXPECT_TRUE(IsConditional(command)) << info.name;
      EXPECT_EQ(request->GetReflection()->GetString(*request, field), "new") << info.name;
    }
  }
}

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
