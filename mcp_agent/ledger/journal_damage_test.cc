// Journals whose bytes were changed or cut off at random.
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/ledger/journal.h"
#include "mcp_agent/ledger/journal_frames.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/testing/fake_clock.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

constexpr char kPath[] = ".specrelay/journal";
constexpr int kRecords = 30;

std::string Id(int number) { return absl::StrCat("request-", number); }

class JournalDamageTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto lock = *tree_.Lock(absl::Seconds(10));
    Journal journal(tree_, JournalLimits());
    int next = 0;
    while (next < kRecords) {
      ledger::JournalRecord record;
      record.set_request_id(Id(next));
      record.set_outcome(std::string(static_cast<size_t>(random_() % 200), 'x'));
      frame_of_.push_back(frame_count_);
      ++next;
      for (int i = 0; i < (frame_count_ % 3 == 2 ? 3 : 0) && next < kRecords; ++i) {
        ledger::GroupMember& other = *record.add_others();
        other.set_request_id(Id(next));
        other.set_outcome(std::string(static_cast<size_t>(random_() % 200), 'y'));
        frame_of_.push_back(frame_count_);
        ++next;
      }
      ++frame_count_;
      ASSERT_THAT(journal.Append(*lock, record, Journal::Durability::kPowerCut), IsOk());
    }
    text_ = tree_.Read(kPath, kDefaultMaxFileBytes)->bytes;
    for (const JournalFrame& frame : ScanJournal(text_).frames) frames_.push_back(frame);
    ASSERT_EQ(frames_.size(), frame_count_);
  }

  // Which requests a journal that is opened on `text` knows.
  std::vector<int> RecordsLeftOf(const std::string& text) {
    tree_.Put(kPath, text);
    const auto lock = *tree_.Lock(absl::Seconds(10));
    Journal journal(tree_, JournalLimits());
    EXPECT_THAT(journal.CatchUp(*lock, clock_.Now()), IsOk());
    std::vector<int> left;
    for (int i = 0; i < kRecords; ++i) {
      const auto found = journal.Find(Id(i));
      EXPECT_THAT(found, IsOk());
      if (found.ok() && found->has_value()) left.push_back(i);
    }
    // What follows is not lost behind the damage.
    ledger::JournalRecord record;
    record.set_request_id("next");
    EXPECT_THAT(journal.Append(*lock, record, Journal::Durability::kPowerCut), IsOk());
    Journal reopened(tree_, JournalLimits());
    EXPECT_THAT(reopened.CatchUp(*lock, clock_.Now()), IsOk());
    EXPECT_TRUE(reopened.Find("next")->has_value());
    EXPECT_EQ(reopened.size(), journal.size());
    return left;
  }

  // Requests in the frames that `touched` leaves whole.
  std::vector<int> Untouched(const std::function<bool(const JournalFrame&)>& touched) const {
    std::vector<int> left;
    for (int i = 0; i < kRecords; ++i) {
      if (!touched(frames_[frame_of_[static_cast<size_t>(i)]])) left.push_back(i);
    }
    return left;
  }

  // Whether a file beside the journal holds `bytes`.
  bool Kept(const std::string& bytes) {
    for (const std::string& reason : {std::string("damaged"), std::string("torn")}) {
      const std::string path = absl::StrCat(kPath, ".", reason, "-",
                                            absl::FormatTime("%Y%m%dT%H%M%E3SZ", clock_.Now(), absl::UTCTimeZone()));
      const auto content = tree_.Read(path, kDefaultMaxFileBytes);
      if (content.ok() && absl::EndsWith(bytes, content->bytes)) return true;
    }
    return false;
  }

  std::mt19937 random_{20'261'121};
  FakeClock clock_;
  MemoryTree tree_{&clock_};
  std::string text_;
  std::vector<JournalFrame> frames_;  // each third is a group of four
  size_t frame_count_ = 0;
  std::vector<size_t> frame_of_;  // by number of the request
};

TEST_F(JournalDamageTest, AChangedByteCostsItsOwnFrameAndNoOther) {
  for (int round = 0; round < 300; ++round) {
    clock_.Advance(absl::Seconds(1));
    std::string text = text_;
    const size_t at = random_() % text.size();
    text[at] = static_cast<char>(text[at] ^ (1 << random_() % 8));
    SCOPED_TRACE(absl::StrCat("byte ", at));
    EXPECT_EQ(RecordsLeftOf(text), Untouched([&](const JournalFrame& frame) {
                return at >= frame.offset && at < frame.offset + frame.length;
              }));
    EXPECT_TRUE(Kept(text));
  }
}

TEST_F(JournalDamageTest, ACutCostsWhatIsBehindIt) {
  for (int round = 0; round < 300; ++round) {
    clock_.Advance(absl::Seconds(1));
    const std::string text = text_.substr(0, random_() % text_.size());
    SCOPED_TRACE(absl::StrCat("cut at ", text.size()));
    EXPECT_EQ(RecordsLeftOf(text),
              Untouched([&](const JournalFrame& frame) { return frame.offset + frame.length > text.size(); }));
  }
}

TEST_F(JournalDamageTest, AHoleOrForeignBytesCostWhatTheyCover) {
  for (int round = 0; round < 200; ++round) {
    clock_.Advance(absl::Seconds(1));
    std::string text = text_;
    const size_t begin = random_() % text.size();
    const size_t end = begin + random_() % (text.size() - begin) + 1;
    for (size_t i = begin; i < end; ++i) text[i] = round % 2 == 0 ? '\0' : static_cast<char>(random_());
    SCOPED_TRACE(absl::StrCat(begin, " to ", end));
    EXPECT_EQ(RecordsLeftOf(text), Untouched([&](const JournalFrame& frame) {
                return begin < frame.offset + frame.length && end > frame.offset;
              }));
    EXPECT_TRUE(Kept(text));
  }
}

}  // namespace
}  // namespace specrelay
