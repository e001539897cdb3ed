#include "tests/integration/write_kinds.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "proto/support/digest.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

// The spec that every strand may use and none archives.
constexpr char kSharedTasks[] = "specs/shared/tasks.md";
constexpr char kSharedDesign[] = "specs/shared/design.md";
constexpr char kSharedLog[] = "specs/shared/implementation-log.json";
// Approvals of one category share their document's snapshots, whose list is rewritten with each; several categories
// keep the lists short.
constexpr int kApprovalCategories = 20;

std::string Name(absl::string_view kind, int number) { return absl::StrCat("mix-", kind, "-", number); }

WriteStep Step(v1::Command command, absl::StatusCode outcome = absl::StatusCode::kOk) {
  return {outcome, [command](const WriteAnswers&) { return command; }};
}

v1::Command FileWrite(const std::string& path, const std::string& content, const std::string& base_hash) {
  v1::Command command;
  command.mutable_file_write()->set_path(path);
  command.mutable_file_write()->set_content(content);
  command.mutable_file_write()->set_base_hash(base_hash);
  return command;
}

// A second effect would meet the file of the first, and be a conflict.
WriteStrand NewFile(int number) {
  WriteStrand strand;
  strand.name = Name("file", number);
  const std::string path = absl::StrCat("notes/", number, ".txt");
  strand.steps.push_back(Step(FileWrite(path, strand.name, "")));
  strand.check = [path, name = strand.name](const WrittenTo& to, const WriteAnswers&) {
    EXPECT_EQ(to.tree.Bytes(path), name);
  };
  return strand;
}

// Each edit is based on the one before; the last is based on an old one and so refused.
WriteStrand EditedFile(int number) {
  constexpr int kEdits = 4;
  WriteStrand strand;
  strand.name = Name("edits", number);
  const std::string path = absl::StrCat("edited/", number, ".txt");
  std::string hash;
  std::string content;
  for (int edit = 0; edit < kEdits; ++edit) {
    content = absl::StrCat(strand.name, " edit ", edit);
    strand.steps.push_back(Step(FileWrite(path, content, hash)));
    hash = Sha256Hex(content);
  }
  strand.steps.push_back(Step(FileWrite(path, "stale", Sha256Hex("stale")), absl::StatusCode::kAborted));
  strand.check = [path, content](const WrittenTo& to, const WriteAnswers&) { EXPECT_EQ(to.tree.Bytes(path), content); };
  return strand;
}

// All strands write to one document, and each transition is one line of the history.
WriteStrand CompletedTask(int number) {
  WriteStrand strand;
  strand.name = Name("task", number);
  const std::string id = absl::StrCat(number + 1);
  v1::Command command;
  command.mutable_task_status_update()->set_spec_name("shared");
  command.mutable_task_status_update()->set_task_id(id);
  command.mutable_task_status_update()->set_status(v1::TASK_STATUS_COMPLETED);
  strand.steps.push_back(Step(command));
  strand.check = [id](const WrittenTo& to, const WriteAnswers& answers) {
    EXPECT_TRUE(answers[0]->result().task_status_update().changed()) << id;
    EXPECT_TRUE(absl::StrContains(to.tree.Bytes(kSharedTasks), absl::StrCat("- [x] ", id, ". ")));
    const std::vector<nlohmann::json>& events = to.tree.Values("analytics/task-events.jsonl");
    EXPECT_EQ(std::count_if(events.begin(), events.end(),
                            [&](const nlohmann::json& event) { return event.value("taskId", "") == id; }),
              1)
        << "transitions of task " << id;
  };
  return strand;
}

// Every other spec stays in the archive.
WriteStrand MovedSpec(int number) {
  WriteStrand strand;
  strand.name = Name("spec", number);
  v1::Command write;
  write.mutable_spec_document_write()->set_name(strand.name);
  write.mutable_spec_document_write()->set_document(v1::SPEC_DOCUMENT_DESIGN);
  write.mutable_spec_document_write()->set_content(strand.name);
  write.mutable_spec_document_write()->set_base_hash("");
  v1::Command archive;
  archive.mutable_spec_archive()->set_name(strand.name);
  v1::Command unarchive;
  unarchive.mutable_spec_unarchive()->set_name(strand.name);
  strand.steps = {Step(write), Step(archive), Step(unarchive)};
  const bool stays = number % 2 == 0;
  if (stays) strand.steps.push_back(Step(archive));
  strand.check = [stays, name = strand.name](const WrittenTo& to, const WriteAnswers&) {
    const std::string active = absl::StrCat("specs/", name, "/design.md");
    const std::string archived = absl::StrCat("archive/", active);
    EXPECT_EQ(to.tree.Bytes(stays ? archived : active), name);
    EXPECT_FALSE(to.tree.Has(stays ? active : archived)) << name << " is in two places";
  };
  return strand;
}

// Whichever strand wrote last, one of them did.
WriteStrand Steering(int number) {
  WriteStrand strand;
  strand.name = Name("steering", number);
  v1::Command command;
  command.mutable_steering_write()->set_document(v1::STEERING_DOCUMENT_PRODUCT);
  command.mutable_steering_write()->set_content(strand.name);
  strand.steps.push_back(Step(command));
  strand.check = [](const WrittenTo& to, const WriteAnswers&) {
    EXPECT_TRUE(absl::StartsWith(to.tree.Bytes("steering/product.md"), Name("steering", 0).substr(0, 12)));
  };
  return strand;
}

WriteStep Decision(v1::ApprovalStatus decision, absl::StatusCode outcome) {
  return {outcome, [decision](const WriteAnswers& answers) {
            v1::Command command;
            if (answers[0].ok()) {
              command.mutable_approval_update()->set_id(answers[0]->result().approval_create().approval().id());
            }
            command.mutable_approval_update()->set_status(decision);
            return command;
          }};
}

void CheckApproval(const WrittenTo& to, const WriteAnswers& answers, const std::string& title) {
  int found = 0;
  for (const std::string& path : to.tree.Paths("approvals/", ".json")) {
    const nlohmann::json& approval = to.tree.Values(path)[0];
    if (approval.value("title", "") != title) continue;
    ++found;
    EXPECT_EQ(approval.value("id", ""), answers[0]->result().approval_create().approval().id());
    EXPECT_EQ(approval.value("status", ""), "approved");
  }
  EXPECT_EQ(found, 1) << "approvals with the title " << title;
}

// Asked for, granted, and then rejected in vain.
WriteStrand DecidedApproval(int number) {
  WriteStrand strand;
  strand.name = Name("approval", number);
  v1::Command command;
  v1::ApprovalCreateRequest& create = *command.mutable_approval_create();
  create.set_title(strand.name);
  create.set_file_path(absl::StrCat(".spec-context/", kSharedDesign));
  create.set_type(v1::APPROVAL_TYPE_DOCUMENT);
  create.set_category(v1::APPROVAL_CATEGORY_SPEC);
  create.set_category_name(absl::StrCat("mix-", number % kApprovalCategories));
  strand.steps = {Step(command), Decision(v1::APPROVAL_STATUS_APPROVED, absl::StatusCode::kOk),
                  Decision(v1::APPROVAL_STATUS_REJECTED, absl::StatusCode::kFailedPrecondition)};
  strand.check = [name = strand.name](const WrittenTo& to, const WriteAnswers& answers) {
    CheckApproval(to, answers, name);
  };
  return strand;
}

// All strands add to one file.
WriteStrand LogEntry(int number) {
  WriteStrand strand;
  strand.name = Name("log", number);
  v1::Command command;
  command.mutable_impl_log_add()->set_spec_name("shared");
  v1::ImplementationLogEntry& entry = *command.mutable_impl_log_add()->mutable_entry();
  entry.set_task_id("1");
  entry.set_summary(strand.name);
  entry.mutable_artifacts();
  strand.steps.push_back(Step(command));
  strand.check = [name = strand.name](const WrittenTo& to, const WriteAnswers& answers) {
    int found = 0;
    for (const nlohmann::json& log : to.tree.Values(kSharedLog)) {
      for (const nlohmann::json& logged : log.value("entries", nlohmann::json::array())) {
        if (logged.value("summary", "") != name) continue;
        ++found;
        EXPECT_EQ(logged.value("id", ""), answers[0]->result().impl_log_add().entry().id());
      }
    }
    EXPECT_EQ(found, 1) << "entries with the summary " << name;
  };
  return strand;
}

// Of the machine, whose tree has a journal of its own.
WriteStrand NewJob(int number) {
  WriteStrand strand;
  strand.name = Name("job", number);
  v1::Command command;
  v1::Job& job = *command.mutable_job_create()->mutable_job();
  job.set_id(strand.name);
  job.set_name(strand.name);
  job.set_type("cleanup-approvals");
  job.set_schedule("0 3 * * *");
  (*job.mutable_config()->mutable_fields())["daysOld"].set_number_value(30);
  strand.steps.push_back(Step(command));
  strand.of_machine = true;
  strand.check = [name = strand.name](const WrittenTo& to, const WriteAnswers&) {
    int found = 0;
    for (const nlohmann::json& jobs : to.machine.Values("jobs.json")) {
      for (const nlohmann::json& one : jobs.value("automationJobs", nlohmann::json::array())) {
        found += one.value("id", "") == name;
      }
    }
    EXPECT_EQ(found, 1) << "jobs with the id " << name;
  };
  return strand;
}

}  // namespace

const std::vector<WriteKind>& WriteKinds() {
  static const auto* const kKinds = new std::vector<WriteKind>{
      NewFile, EditedFile, CompletedTask, MovedSpec, Steering, DecidedApproval, LogEntry, NewJob,
  };
  return *kKinds;
}

void PrepareForWrites(const std::string& tree_dir, int strands) {
  std::string tasks = "# Tasks\n\n";
  for (int i = 1; i <= strands; ++i) absl::StrAppend(&tasks, "- [ ] ", i, ". Task ", i, "\n");
  WriteFileOrDie(absl::StrCat(tree_dir, "/", kSharedTasks), tasks);
  WriteFileOrDie(absl::StrCat(tree_dir, "/", kSharedDesign), "# Design\n\nSmall.\n");
}

}  // namespace specrelay
