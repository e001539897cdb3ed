#include "tests/support/task_vectors.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "proto/support/task_status.h"

namespace specrelay {
namespace {

constexpr char kDirectory[] = "tests/testdata/vectors/";

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::cerr << "cannot read " << path << "; run the test with Bazel\n";
    std::abort();
  }
  return std::string(std::istreambuf_iterator<char>(file), {});
}

std::string DocumentNamed(const std::string& name) { return ReadFile(kDirectory + ("tasks/" + name + ".md")); }

}  // namespace

std::vector<TaskVector> LoadTaskVectors() {
  std::vector<TaskVector> vectors;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(kDirectory) + "tasks")) {
    if (entry.path().extension() != ".json") continue;
    const std::string name = entry.path().stem().string();
    vectors.push_back({name, DocumentNamed(name), nlohmann::json::parse(ReadFile(entry.path().string()))});
  }
  std::sort(vectors.begin(), vectors.end(), [](const TaskVector& a, const TaskVector& b) { return a.name < b.name; });
  return vectors;
}

std::vector<TaskUpdateVector> LoadTaskUpdateVectors() {
  std::vector<TaskUpdateVector> vectors;
  for (const auto& recorded : nlohmann::json::parse(ReadFile(std::string(kDirectory) + "task_updates.json"))) {
    TaskUpdateVector vector;
    const std::string document_name = recorded.at("doc");
    const std::string status = recorded.at("status");
    vector.document = DocumentNamed(document_name);
    vector.task_id = recorded.at("taskId");
    vector.status = TaskStatusFromName(status);
    vector.reason = recorded.value("reason", "");
    vector.expected = recorded.at("output");
    vector.name = absl::StrCat(document_name, ", task ", vector.task_id, " to ", status);
    vectors.push_back(std::move(vector));
  }
  return vectors;
}

}  // namespace specrelay
