#include "mcp_agent/mcp/line_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace specrelay {
namespace {

using Result = LineReader::Result;

class LineReaderTest : public testing::Test {
 protected:
  LineReaderTest() {
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
    reader_ = std::make_unique<LineReader>(UniqueFd(fds[0]), /*max_line_bytes=*/100'000);
    output_.reset(fds[1]);
  }

  void Send(const std::string& text) const {
    for (size_t sent = 0; sent < text.size();) sent += write(output_.get(), text.data() + sent, text.size() - sent);
  }

  std::string NextLine() {
    std::string line;
    EXPECT_EQ(reader_->Next(line), Result::kLine);
    return line;
  }

  std::unique_ptr<LineReader> reader_;
  UniqueFd output_;
};

TEST_F(LineReaderTest, LinesComeWholeHoweverTheyAreSent) {
  std::thread sender([this] {
    for (const char c : std::string("one\ntwo\r\n\nth")) Send(std::string(1, c));
    Send("ree\nfour");
    output_.reset();
  });
  for (const char* line : {"one", "two", "", "three", "four"}) EXPECT_EQ(NextLine(), line);
  std::string line;
  EXPECT_EQ(reader_->Next(line), Result::kEnd);
  EXPECT_EQ(reader_->Next(line), Result::kEnd);
  sender.join();
}

TEST_F(LineReaderTest, ALineThatIsTooLongIsSkippedAndTheNextOneIsRead) {
  std::thread sender([this] {
    Send(std::string(1'000'000, 'x') + "\nnext\n" + std::string(300'000, 'y'));
    output_.reset();
  });
  std::string line;
  EXPECT_EQ(reader_->Next(line), Result::kTooLong);
  EXPECT_EQ(NextLine(), "next");
  EXPECT_EQ(reader_->Next(line), Result::kTooLong) << "without an end";
  EXPECT_EQ(reader_->Next(line), Result::kEnd);
  sender.join();
}

TEST_F(LineReaderTest, StopEndsAWait) {
  std::thread stopper([this] { reader_->Stop(); });
  std::string line;
  EXPECT_EQ(reader_->Next(line), Result::kEnd);
  stopper.join();
  Send("late\n");
  EXPECT_EQ(reader_->Next(line), Result::kEnd);
}

}  // namespace
}  // namespace specrelay
