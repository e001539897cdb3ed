#include "mcp_agent/mcp/line_writer.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <thread>

#include "absl/synchronization/notification.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

class LineWriterTest : public testing::Test {
 protected:
  LineWriterTest() {
    signal(SIGPIPE, SIG_IGN);
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
    input_.reset(fds[0]);
    output_.reset(fds[1]);
  }

  void Start(LineWriterLimits limits = {}) {
    writer_ = std::make_unique<LineWriter>(
        std::move(output_), [this] { broken_.Notify(); }, limits);
  }

  std::string ReadToEnd() const {
    std::string text;
    char bytes[4096];
    for (ssize_t count = 0; (count = read(input_.get(), bytes, sizeof(bytes))) > 0;) text.append(bytes, count);
    return text;
  }

  UniqueFd input_;
  UniqueFd output_;
  absl::Notification broken_;
  std::unique_ptr<LineWriter> writer_;
};

TEST_F(LineWriterTest, WritesLinesInTheirOrder) {
  Start();
  writer_->Send("one");
  EXPECT_TRUE(writer_->TrySend("two"));
  EXPECT_TRUE(writer_->Close(absl::Seconds(60)));
  writer_->Send("late");
  writer_.reset();
  EXPECT_EQ(ReadToEnd(), "one\ntwo\n");
}

TEST_F(LineWriterTest, WhoeverDoesNotReadLosesOnlyWhatCanBeDropped) {
  Start({/*max_lines=*/2, /*max_bytes=*/1 << 20});
  const std::string large(1 << 20, 'x');  // more than the pipe holds
  writer_->Send(large);
  while (writer_->TrySend("droppable")) {
  }
  writer_->Send("must arrive");
  EXPECT_FALSE(writer_->Close(absl::ZeroDuration()));
  std::string text;
  std::thread reader([&] { text = ReadToEnd(); });
  EXPECT_TRUE(writer_->Close(absl::Seconds(60)));
  writer_.reset();
  reader.join();
  EXPECT_EQ(text.substr(text.size() - 12), "must arrive\n");
}

TEST_F(LineWriterTest, WaitsForRoomUntilTheOtherEndReads) {
  Start({/*max_lines=*/100, /*max_bytes=*/1000});
  writer_->Send(std::string(1 << 20, 'x'));
  std::string text;
  std::thread reader([&] { text = ReadToEnd(); });
  writer_->WaitForRoom();
  EXPECT_TRUE(writer_->Close(absl::Seconds(60)));
  writer_.reset();
  reader.join();
  EXPECT_EQ(text.size(), (1u << 20) + 1);
}

TEST_F(LineWriterTest, NobodyIsHeldUpOnceTheEndIsNear) {
  Start({/*max_lines=*/100, /*max_bytes=*/1000});
  writer_->Send(std::string(1 << 20, 'x'));
  writer_->StopWaiting();
  writer_->WaitForRoom();
  input_.reset();
  broken_.WaitForNotification();
}

TEST_F(LineWriterTest, TellsWhenNobodyCanReadAnyMore) {
  Start();
  input_.reset();
  writer_->Send("lost");
  broken_.WaitForNotification();
  writer_->WaitForRoom();
  EXPECT_TRUE(writer_->Close(absl::Seconds(60)));
}

}  // namespace
}  // namespace specrelay
