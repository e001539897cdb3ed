#include "tests/simulation/workload.h"

#include "absl/strings/str_cat.h"
#include "proto/support/digest.h"

namespace specrelay {

const std::vector<std::string>& DocumentPaths() {
  static const auto& paths =
      *new std::vector<std::string>{"specs/alpha/requirements.md", "specs/alpha/design.md", "steering/product.md"};
  return paths;
}

std::string InitialTasks() {
  std::string text = "# Tasks\n\n";
  for (int task = 1; task <= kTaskCount; ++task) absl::StrAppend(&text, "- [ ] ", task, ". Task ", task, "\n");
  return text;
}

Operation WriteOf(const std::string& id, const std::string& path, const std::string& content,
                  const absl::optional<std::string>& base) {
  Operation operation;
  operation.kind = Operation::Kind::kWrite;
  operation.path = path;
  operation.content = content;
  v1::FileWriteRequest& write = *operation.command.mutable_file_write();
  write.set_path(path);
  write.set_content(content);
  if (base.has_value()) {
    // An empty hash stands for a file that is not there.
    operation.base_hash = base->empty() ? "" : Sha256Hex(*base);
    write.set_base_hash(*operation.base_hash);
  }
  return operation;
}

Operation LogAddOf(const std::string& id) {
  Operation operation;
  operation.kind = Operation::Kind::kLogAdd;
  operation.path = kLogPath;
  operation.content = absl::StrCat("logged by ", id, ".");
  v1::ImplLogAddRequest& add = *operation.command.mutable_impl_log_add();
  add.set_spec_name("alpha");
  add.mutable_entry()->set_task_id("1");
  add.mutable_entry()->set_summary(*operation.content);
  add.mutable_entry()->mutable_statistics();
  (*add.mutable_entry()->mutable_artifacts()->mutable_fields())["functions"].mutable_list_value();
  return operation;
}

Operation TickOf(const std::string& id, int task, SimRandom& random) {
  Operation operation;
  operation.kind = Operation::Kind::kTick;
  operation.path = kTasksPath;
  v1::TaskStatusUpdateRequest& update = *operation.command.mutable_task_status_update();
  update.set_spec_name("alpha");
  update.set_task_id(std::to_string(task));
  update.set_status(random.Chance(0.5) ? v1::TASK_STATUS_COMPLETED : v1::TASK_STATUS_IN_PROGRESS);
  return operation;
}

Operation ReadOf(const std::string& path) {
  Operation operation;
  operation.kind = Operation::Kind::kRead;
  operation.path = path;
  operation.command.mutable_file_read()->set_path(path);
  return operation;
}

}  // namespace specrelay
