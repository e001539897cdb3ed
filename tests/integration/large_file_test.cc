// Files of 100 MB between real processes: whole, in little memory, and without a trace when they do not come through.

#include <signal.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/support/cluster.h"
#include "tests/support/file_calls.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

constexpr char kProject[] = "p1";
constexpr int64_t kLargeBytes = int64_t{100'000'000};
constexpr int64_t kMaxGrowthBytes = int64_t{32} << 20;

// A line of /proc/PID/status, in bytes.
int64_t MemoryOf(const Subprocess& process, absl::string_view what) {
  std::ifstream status(absl::StrCat("/proc/", process.pid(), "/status"));
  std::string line;
  while (std::getline(status, line)) {
    if (absl::StartsWith(line, what)) return std::stoll(line.substr(what.size() + 1)) << 10;
  }
  ADD_FAILURE() << "no " << what;
  return 0;
}

// How much more than now a process will have taken at its most. Linux lets its owner forget the most so far.
class MemoryGrowth {
 public:
  explicit MemoryGrowth(const Subprocess& process) : process_(process) {
    std::ofstream(absl::StrCat("/proc/", process.pid(), "/clear_refs")) << "5";
    before_ = MemoryOf(process, "VmRSS");
  }
  int64_t Most() const { return MemoryOf(process_, "VmHWM") - before_; }

 private:
  const Subprocess& process_;
  int64_t before_ = 0;
};

class LargeFileTest : public testing::Test {
 protected:
  void SetUp() override {
    absl::StatusOr<std::unique_ptr<Cluster>> cluster = Cluster::Start();
    ASSERT_THAT(cluster, IsOk());
    cluster_ = *std::move(cluster);
    StartAgent();
  }

  void StartAgent(const std::vector<std::string>& flags = {}) {
    const absl::StatusOr<Subprocess*> agent = cluster_->StartAgent(cluster_->Path("project"), kProject, flags);
    ASSERT_THAT(agent, IsOk());
    agent_ = *agent;
  }

  std::string TreePath(absl::string_view path) const {
    return absl::StrCat(cluster_->Path("project"), "/.spec-context/", path);
  }

  // Everything in the tree but what the agent keeps for itself by name.
  std::vector<std::string> FilesInTree() const {
    std::vector<std::string> files;
    const std::string root = TreePath("");
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      std::string path = entry.path().string().substr(root.size());
      if (path == ".specrelay" || path == ".specrelay/lock" || path == ".specrelay/lock.next" ||
          path == ".specrelay/.gitignore" || path == ".specrelay/journal" || path == "audit.jsonl") {
        continue;
      }
      files.push_back(std::move(path));
    }
    return files;
  }

  static v1::ReadFileRequest ReadOf(absl::string_view path) {
    v1::ReadFileRequest request;
    request.set_project_id(kProject);
    request.mutable_file()->set_path(std::string(path));
    return request;
  }

  static v1::WriteFileStart WriteOf(absl::string_view path, absl::string_view request_id = "") {
    v1::WriteFileStart start;
    start.set_project_id(kProject);
    start.set_request_id(std::string(request_id));
    start.mutable_file()->set_path(std::string(path));
    return start;
  }

  std::unique_ptr<Cluster> cluster_;
  Subprocess* agent_ = nullptr;
};

void WriteNoise(const std::string& path, int64_t size_bytes) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  for (int64_t at = 0; at < size_bytes; at += 1 << 20) {
    file << NoiseAt(at, std::min<int64_t>(1 << 20, size_bytes - at));
  }
}

TEST_F(LargeFileTest, OneHundredMegabytesAreReadAndWrittenInLittleMemory) {
  Client client = cluster_->User();
  const std::string hash = HashOfNoise(kLargeBytes);
  // What is loaded once, whatever the size, is not growth.
  ASSERT_THAT(WriteInParts(client, WriteOf("specs/a/warm.bin"), 1 << 20, NoiseAt), IsOk());
  ASSERT_THAT(ReadInParts(client, ReadOf("specs/a/warm.bin")), IsOk());
  const MemoryGrowth server(cluster_->server());
  const MemoryGrowth agent(*agent_);
  absl::Time began = absl::Now();
  ASSERT_OK_AND_ASSIGN(const v1::WriteFileResponse written,
                       WriteInParts(client, WriteOf("specs/a/large.bin"), kLargeBytes, NoiseAt));
  const absl::Duration writing = absl::Now() - began;
  EXPECT_EQ(written.file().version().hash(), hash);
  EXPECT_EQ(written.file().version().size_bytes(), kLargeBytes);
  EXPECT_TRUE(written.file().created());
  EXPECT_EQ(static_cast<int64_t>(std::filesystem::file_size(TreePath("specs/a/large.bin"))), kLargeBytes);
  began = absl::Now();
  ASSERT_OK_AND_ASSIGN(const FileThatCame read, ReadInParts(client, ReadOf("specs/a/large.bin")));
  const absl::Duration reading = absl::Now() - began;
  EXPECT_EQ(read.hash, hash);
  EXPECT_EQ(read.size_bytes, kLargeBytes);
  EXPECT_EQ(read.version.hash(), hash);
  std::cout << "100 MB written in " << writing << ", read in " << reading << "; memory grew by "
            << (server.Most() >> 10) << " KiB in the server and " << (agent.Most() >> 10) << " KiB in the agent\n";
  EXPECT_LT(server.Most(), kMaxGrowthBytes);
  EXPECT_LT(agent.Most(), kMaxGrowthBytes);
}

// The 99th percentile of the time that a small command takes, until `stop`.
absl::Duration SmallCommandP99(Client& client, const std::function<bool()>& stop) {
  std::vector<absl::Duration> times;
  while (!stop() || times.size() < 50) {
    const absl::Time began = absl::Now();
    EXPECT_THAT(client.Execute(kProject, R"({"specList": {}})"), IsOk());
    times.push_back(absl::Now() - began);
  }
  std::sort(times.begin(), times.end());
  return times[times.size() * 99 / 100];
}

TEST_F(LargeFileTest, SmallCommandsAreAnsweredSoonWhileOneHundredMegabytesPass) {
  Client client = cluster_->User();
  Client other = cluster_->User();
  WriteNoise(TreePath("specs/a/large.bin"), kLargeBytes);
  const absl::Time idle_until = absl::Now() + absl::Seconds(1);
  const absl::Duration idle = SmallCommandP99(client, [&] { return absl::Now() > idle_until; });
  const auto during = [&](const std::function<void()>& transfer) {
    std::atomic<bool> over{false};
    std::thread thread([&] {
      transfer();
      over = true;
    });
    const absl::Duration p99 = SmallCommandP99(client, [&] { return over.load(); });
    thread.join();
    return p99;
  };
  const absl::Duration reading = during([&] { EXPECT_THAT(ReadInParts(other, ReadOf("specs/a/large.bin")), IsOk()); });
  const absl::Duration writing =
      during([&] { EXPECT_THAT(WriteInParts(other, WriteOf("specs/a/other.bin"), kLargeBytes, NoiseAt), IsOk()); });
  std::cout << "p99 of a small command: " << idle << " idle, " << reading << " while 100 MB are read, " << writing
            << " while 100 MB are written\n";
  // Far less than a transfer takes, on any machine.
  EXPECT_LT(reading, absl::Seconds(1));
  EXPECT_LT(writing, absl::Seconds(1));
}

TEST_F(LargeFileTest, ACancelledWriteLeavesNothingAndTheNextOneSucceeds) {
  Client client = cluster_->User();
  const absl::Status cancelled =
      WriteInParts(client, WriteOf("new/dir/large.bin"), kLargeBytes, NoiseAt, [](int64_t sent) {
        return sent < 5'000'000;
      }).status();
  EXPECT_THAT(cancelled, HasCode(absl::StatusCode::kCancelled));
  ASSERT_THAT(WriteInParts(client, WriteOf("small.bin"), 10, NoiseAt), IsOk());
  EXPECT_THAT(FilesInTree(), testing::ElementsAre("small.bin"));
}

TEST_F(LargeFileTest, ACallThatEndsWithoutItsEndWritesNothing) {
  Client client = cluster_->User();
  grpc::ClientContext context;
  client.Prepare(context);
  v1::WriteFileResponse response;
  const auto writer = client.stub().WriteFile(&context, &response);
  v1::WriteFileRequest part;
  *part.mutable_start() = WriteOf("a.bin", "id-1");
  ASSERT_TRUE(writer->Write(part));
  part.set_data("some");
  ASSERT_TRUE(writer->Write(part));
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_message(), HasSubstr("nothing was written"));
  // The same id is free, once the agent has heard of it.
  const absl::Time until = absl::Now() + kPatience;
  absl::Status again = absl::UnknownError("");
  while (!again.ok() && absl::Now() < until) {
    again = WriteInParts(client, WriteOf("a.bin", "id-1"), 10, NoiseAt).status();
    if (!again.ok()) {
      ASSERT_THAT(again, HasCode(absl::StatusCode::kResourceExhausted));
    }
  }
  EXPECT_THAT(again, IsOk());
  EXPECT_THAT(FilesInTree(), testing::ElementsAre("a.bin"));
}

TEST_F(LargeFileTest, AnAgentThatIsKilledInTheMiddleEndsTheCallsAndLeavesNothing) {
  Client client = cluster_->User();
  WriteNoise(TreePath("large.bin"), kLargeBytes);
  const absl::Status read = ReadInParts(client, ReadOf("large.bin"), [&](int64_t bytes) {
                              if (bytes > 5'000'000) agent_->Signal(SIGKILL);
                              return true;
                            }).status();
  EXPECT_THAT(read, IsStatus(absl::StatusCode::kUnavailable, HasSubstr("begin anew")));
  ASSERT_THAT(agent_->Wait(kPatience), IsOk());
  StartAgent();
  const absl::Status write =
      WriteInParts(client, WriteOf("other.bin", "id-1"), kLargeBytes, NoiseAt, [&](int64_t bytes) {
        if (bytes > 5'000'000) agent_->Signal(SIGKILL);
        return true;
      }).status();
  EXPECT_THAT(write, IsStatus(absl::StatusCode::kUnavailable, HasSubstr("begin anew")));
  ASSERT_THAT(agent_->Wait(kPatience), IsOk());
  EXPECT_THAT(FilesInTree(), testing::ElementsAre("large.bin"));
  StartAgent();
  ASSERT_THAT(WriteInParts(client, WriteOf("other.bin", "id-1"), 1'000'000, NoiseAt), IsOk());
  EXPECT_THAT(FilesInTree(), testing::UnorderedElementsAre("large.bin", "other.bin"));
}

TEST_F(LargeFileTest, ARequestIdTakesEffectOnce) {
  Client client = cluster_->User();
  ASSERT_OK_AND_ASSIGN(const v1::WriteFileResponse first,
                       WriteInParts(client, WriteOf("a.bin", "id-1"), 3'000'000, NoiseAt));
  WriteFileOrDie(TreePath("a.bin"), "edited since");
  ASSERT_OK_AND_ASSIGN(const v1::WriteFileResponse again,
                       WriteInParts(client, WriteOf("a.bin", "id-1"), 3'000'000, NoiseAt));
  EXPECT_EQ(again.file().version().hash(), first.file().version().hash());
  EXPECT_EQ(ReadFileOrDie(TreePath("a.bin")), "edited since");
  EXPECT_THAT(WriteInParts(client, WriteOf("b.bin", "id-1"), 10, NoiseAt).status(),
              IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("another command")));
}

TEST_F(LargeFileTest, AWriteBasedOnAnotherVersionIsAConflict) {
  Client client = cluster_->User();
  WriteNoise(TreePath("a.bin"), 3'000'000);
  v1::WriteFileStart start = WriteOf("a.bin");
  start.mutable_file()->set_base_hash(HashOfNoise(3'000'001));
  EXPECT_THAT(WriteInParts(client, start, 2'000'000, NoiseAt).status(),
              IsStatus(absl::StatusCode::kAborted, HasSubstr(HashOfNoise(3'000'000))));
  EXPECT_EQ(static_cast<int64_t>(std::filesystem::file_size(TreePath("a.bin"))), 3'000'000);
  start.mutable_file()->set_base_hash(HashOfNoise(3'000'000));
  EXPECT_THAT(WriteInParts(client, start, 2'000'000, NoiseAt), IsOk());
  EXPECT_EQ(static_cast<int64_t>(std::filesystem::file_size(TreePath("a.bin"))), 2'000'000);
  EXPECT_THAT(FilesInTree(), testing::ElementsAre("a.bin"));
}

TEST_F(LargeFileTest, AFileThatIsChangedWhileItIsReadIsNotDelivered) {
  Client client = cluster_->User();
  WriteNoise(TreePath("a.bin"), 20'000'000);
  const absl::Status read = ReadInParts(client, ReadOf("a.bin"), [&](int64_t bytes) {
                              if (bytes == 256 << 10) {
                                std::ofstream(TreePath("a.bin"), std::ios::binary | std::ios::in) << "other";
                              }
                              return true;
                            }).status();
  EXPECT_THAT(read, IsStatus(absl::StatusCode::kAborted, HasSubstr("read it again")));
}

TEST_F(LargeFileTest, WhatIsTooLargeForTheAgentIsRefusedBeforeItsFirstByte) {
  agent_->Signal(SIGKILL);
  ASSERT_THAT(agent_->Wait(kPatience), IsOk());
  StartAgent({"--max_transfer_bytes=1000000"});
  Client client = cluster_->User();
  WriteNoise(TreePath("a.bin"), 1'000'001);
  int64_t bytes_read = 0;
  EXPECT_THAT(ReadInParts(client, ReadOf("a.bin"),
                          [&](int64_t bytes) {
                            bytes_read = bytes;
                            return true;
                          })
                  .status(),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("1000000")));
  EXPECT_EQ(bytes_read, 0);
  EXPECT_THAT(WriteInParts(client, WriteOf("b.bin"), 5'000'000, NoiseAt).status(),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("1000000")));
  EXPECT_THAT(WriteInParts(client, WriteOf("c.bin"), 1'000'000, NoiseAt), IsOk());
  EXPECT_THAT(FilesInTree(), testing::UnorderedElementsAre("a.bin", "c.bin"));
}

TEST_F(LargeFileTest, LargeCommandsAndAnswersArriveAsTheyWereSent) {
  Client client = cluster_->User();
  std::string text;
  while (text.size() < 20'000'000) absl::StrAppend(&text, "- [ ] ", text.size(), " a task\n");
  for (const std::string& content : {text, NoiseAt(0, 20'000'000)}) {
    v1::ExecuteRequest request;
    request.set_project_id(kProject);
    request.mutable_command()->mutable_file_write()->set_path("a.bin");
    request.mutable_command()->mutable_file_write()->set_content(content);
    ASSERT_THAT(client.Execute(request), IsOk());
    request.mutable_command()->mutable_file_read()->set_path("a.bin");
    ASSERT_OK_AND_ASSIGN(const v1::ExecuteResponse response, client.Execute(request));
    EXPECT_TRUE(response.result().file_read().content() == content);
  }
}

TEST_F(LargeFileTest, LargeCommandsAndAnswersOfManyAtATimeArriveAsTheyWereSent) {
  constexpr int kClients = 8;
  constexpr int64_t kBytes = 3'000'000;
  std::vector<std::thread> threads;
  for (int i = 0; i < kClients; ++i) {
    threads.emplace_back([&, i] {
      Client client = cluster_->User();
      const std::string content = NoiseAt(i, kBytes);
      v1::ExecuteRequest request;
      request.set_project_id(kProject);
      request.mutable_command()->mutable_file_write()->set_path(absl::StrCat("many-", i, ".bin"));
      request.mutable_command()->mutable_file_write()->set_content(content);
      EXPECT_THAT(client.Execute(request), IsOk());
      request.mutable_command()->mutable_file_read()->set_path(absl::StrCat("many-", i, ".bin"));
      const absl::StatusOr<v1::ExecuteResponse> response = client.Execute(request);
      ASSERT_THAT(response, IsOk());
      EXPECT_TRUE(response->result().file_read().content() == content);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST_F(LargeFileTest, EmptyFilesPassToo) {
  Client client = cluster_->User();
  ASSERT_THAT(WriteInParts(client, WriteOf("empty.bin"), 0, NoiseAt), IsOk());
  ASSERT_OK_AND_ASSIGN(const FileThatCame file, ReadInParts(client, ReadOf("empty.bin")));
  EXPECT_EQ(file.size_bytes, 0);
  EXPECT_EQ(file.version.hash(), HashOfNoise(0));
}

TEST_F(LargeFileTest, AViewerReadsAndMayNotWrite) {
  Client viewer = cluster_->ClientFor(Role::kViewer);
  WriteNoise(TreePath("a.bin"), 10);
  EXPECT_THAT(ReadInParts(viewer, ReadOf("a.bin")), IsOk());
  EXPECT_THAT(WriteInParts(viewer, WriteOf("a.bin"), 10, NoiseAt).status(),
              HasCode(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(ReadInParts(viewer, ReadOf("approvals/../../secret")).status(),
              HasCode(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace specrelay
