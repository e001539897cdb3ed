#include "relay/memory_offline_queue.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const ProjectKey kProject("acme", "p1");

QueuedWrite WriteOf(absl::string_view request_id, uint64_t order, std::vector<std::string> documents,
                    const ProjectKey& project = kProject, size_t bytes = 1) {
  QueuedWrite write;
  write.project = project;
  write.request_id = std::string(request_id);
  write.order = order;
  write.documents = std::move(documents);
  auto delivery = std::make_shared<v1::CommandDelivery>();
  delivery->mutable_command()->mutable_file_write()->set_content(std::string(bytes, 'x'));
  write.bytes = static_cast<int64_t>(delivery->ByteSizeLong());
  write.delivery = delivery;
  return write;
}

// The one to send now; "" when there is none.
std::string NextOf(const OfflineQueue& queue, const ProjectKey& project = kProject) {
  const QueuedWrite* next = queue.Next(project);
  return next == nullptr ? "" : next->request_id;
}

std::vector<std::string> IdsOf(const OfflineQueue& queue) {
  std::vector<std::string> ids;
  for (const OfflineQueue::Listed& listed : queue.List(kProject)) ids.push_back(listed.write->request_id);
  return ids;
}

// Sends all that can be sent; each is applied.
std::vector<std::string> Drain(OfflineQueue& queue) {
  std::vector<std::string> sent;
  for (std::string id = NextOf(queue); !id.empty(); id = NextOf(queue)) {
    queue.Remove("acme", id);
    sent.push_back(id);
  }
  return sent;
}

TEST(MemoryOfflineQueueTest, WritesLeaveInTheirOrderOneAtATime) {
  MemoryOfflineQueue queue(MemoryOfflineQueue::kDefaultLimits);
  ASSERT_THAT(queue.Push(WriteOf("second", 2, {"b"})), IsOk());
  ASSERT_THAT(queue.Push(WriteOf("first", 1, {"a"})), IsOk());
  EXPECT_THAT(IdsOf(queue), ElementsAre("first", "second"));
  EXPECT_EQ(NextOf(queue), "first");
  queue.SetUnderWay("acme", "first", true);
  EXPECT_EQ(NextOf(queue), "");
  EXPECT_TRUE(queue.MustWait(kProject, {"z"}));
  queue.SetUnderWay("acme", "first", false);
  EXPECT_EQ(NextOf(queue), "first") << "its agent has gone: it goes first again";
  EXPECT_THAT(Drain(queue), ElementsAre("first", "second"));
  EXPECT_FALSE(queue.MustWait(kProject, {"a"}));
  EXPECT_EQ(queue.Used().commands, 0);
  EXPECT_EQ(queue.Used().bytes, 0);
}

TEST(MemoryOfflineQueueTest, AConflictHoldsUpWhatSharesADocumentWithItAndNothingElse) {
  MemoryOfflineQueue queue(MemoryOfflineQueue::kDefaultLimits);
  ASSERT_THAT(queue.Push(WriteOf("conflict", 1, {"a"})), IsOk());
  ASSERT_THAT(queue.Push(WriteOf("same", 2, {"a", "b"})), IsOk());
  ASSERT_THAT(queue.Push(WriteOf("behind-same", 3, {"b"})), IsOk());
  ASSERT_THAT(queue.Push(WriteOf("other", 4, {"c"})), IsOk());
  queue.KeepConflict("acme", "conflict", v1::CommandStatus(), 100);
  EXPECT_THAT(Drain(queue), ElementsAre("other"));
  EXPECT_FALSE(queue.MustWait(kProject, {"z"}));
  EXPECT_TRUE(queue.MustWait(kProject, {"b"})) << "or it would overtake one that was made before";
  for (const char* held : {"same", "behind-same"}) {
    const QueuedWrite* holder = queue.HeldBy(*queue.Find("acme", held));
    ASSERT_NE(holder, nullptr) << held;
    EXPECT_EQ(holder->request_id, "conflict");
  }
  EXPECT_TRUE(queue.Remove("acme", "conflict").has_value());
  EXPECT_EQ(queue.HeldBy(*queue.Find("acme", "same")), nullptr);
  EXPECT_THAT(Drain(queue), ElementsAre("same", "behind-same"));
}

TEST(MemoryOfflineQueueTest, WhatWasMadeInSightOfAConflictDoesNotWaitForItButForThoseThatDo) {
  MemoryOfflineQueue queue(MemoryOfflineQueue::kDefaultLimits);
  ASSERT_THAT(queue.Push(WriteOf("conflict", 1, {"a"})), IsOk());
  queue.KeepConflict("acme", "conflict", v1::CommandStatus(), 2);
  EXPECT_FALSE(queue.MustWait(kProject, {"a"}));
  ASSERT_THAT(queue.Push(WriteOf("seeing", 3, {"a"})), IsOk());
  EXPECT_EQ(NextOf(queue), "seeing");
  ASSERT_THAT(queue.Push(WriteOf("blind", 2, {"a"})), IsOk());
  EXPECT_EQ(NextOf(queue), "") << "the one that waits was made before";
}

TEST(MemoryOfflineQueueTest, ADirectoryHoldsItsFilesAndNothingElse) {
  const auto held = [](const std::string& document, const std::string& other) {
    MemoryOfflineQueue queue(MemoryOfflineQueue::kDefaultLimits);
    EXPECT_THAT(queue.Push(WriteOf("conflict", 1, {"x", document})), IsOk());
    EXPECT_THAT(queue.Push(WriteOf("other", 2, {"y", other})), IsOk());
    queue.KeepConflict("acme", "conflict", v1::CommandStatus(), 100);
    return queue.HeldBy(*queue.Find("acme", "other")) != nullptr;
  };
  EXPECT_TRUE(held("specs/a", "specs/a/tasks.md"));
  EXPECT_TRUE(held("specs/a/tasks.md", "specs/a"));
  EXPECT_TRUE(held("specs/a/tasks.md", ""));
  EXPECT_TRUE(held("", "job:nightly"));
  EXPECT_FALSE(held("specs/a", "specs/ab/tasks.md"));
  EXPECT_FALSE(held("specs/ab/tasks.md", "specs/a"));
  EXPECT_FALSE(held("specs/a/tasks.md", "specs/a/design.md"));
}

TEST(MemoryOfflineQueueTest, AConflictThatIsSentAgainTakesItsOldPlace) {
  MemoryOfflineQueue queue(MemoryOfflineQueue::kDefaultLimits);
  ASSERT_THAT(queue.Push(WriteOf("conflict", 1, {"a"})), IsOk());
  ASSERT_THAT(queue.Push(WriteOf("later", 2, {"a"})), IsOk());
  queue.KeepConflict("acme", "conflict", v1::CommandStatus(), 100);
  queue.Remove("acme", "conflict");
  ASSERT_THAT(queue.Push(WriteOf("again", 1, {"a"})), IsOk());
  EXPECT_THAT(Drain(queue), ElementsAre("again", "later"));
}

TEST(MemoryOfflineQueueTest, ProjectsAndAccountsAreKeptApart) {
  MemoryOfflineQueue queue(MemoryOfflineQueue::kDefaultLimits);
  ASSERT_THAT(queue.Push(WriteOf("r", 1, {"a"})), IsOk());
  ASSERT_THAT(queue.Push(WriteOf("r", 1, {"a"}, {"rival", "p1"})), IsOk());
  ASSERT_THAT(queue.Push(WriteOf("s", 2, {"a"}, {"acme", "p2"})), IsOk());
  queue.SetUnderWay("acme", "r", true);
  EXPECT_EQ(NextOf(queue), "");
  EXPECT_EQ(NextOf(queue, {"rival", "p1"}), "r");
  EXPECT_EQ(NextOf(queue, {"acme", "p2"}), "s");
  queue.Remove("acme", "r");
  EXPECT_NE(queue.Find("rival", "r"), nullptr);
}

TEST(MemoryOfflineQueueTest, EachBoundIsNamedAndWhatLeavesMakesRoom) {
  RoomBook::Limits limits = MemoryOfflineQueue::kDefaultLimits;
  limits.project = {2, 1000};
  MemoryOfflineQueue queue(limits);
  ASSERT_THAT(queue.Push(WriteOf("a", 1, {"a"})), IsOk());
  EXPECT_THAT(queue.Push(WriteOf("large", 2, {"a"}, kProject, 2000)),
              IsStatus(absl::StatusCode::kResourceExhausted, AllOf(HasSubstr("this project"), HasSubstr("1000"))));
  ASSERT_THAT(queue.Push(WriteOf("b", 2, {"a"})), IsOk());
  EXPECT_THAT(queue.Push(WriteOf("c", 3, {"a"})), IsStatus(absl::StatusCode::kResourceExhausted,
                                                           AllOf(HasSubstr("this project"), HasSubstr("2 commands"))));
  EXPECT_EQ(queue.Free(kProject).commands, 0);
  queue.KeepConflict("acme", "a", v1::CommandStatus(), 100);
  EXPECT_THAT(queue.Push(WriteOf("c", 3, {"a"})), HasCode(absl::StatusCode::kResourceExhausted))
      << "a conflict keeps its room";
  queue.Remove("acme", "a");
  EXPECT_THAT(queue.Push(WriteOf("c", 3, {"a"})), IsOk());
}

TEST(MemoryOfflineQueueTest, AnAccountAndTheWholeAreBoundedToo) {
  RoomBook::Limits limits = MemoryOfflineQueue::kDefaultLimits;
  limits.account = {2, 1 << 20};
  limits.total = {3, 1 << 20};
  MemoryOfflineQueue queue(limits);
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(queue.Push(WriteOf(absl::StrCat(i), i, {"a"}, {"acme", absl::StrCat(i)})), IsOk());
  }
  EXPECT_THAT(queue.Push(WriteOf("c", 3, {"a"}, {"acme", "p9"})),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("this account")));
  ASSERT_THAT(queue.Push(WriteOf("d", 4, {"a"}, {"rival", "p1"})), IsOk());
  EXPECT_THAT(queue.Push(WriteOf("e", 5, {"a"}, {"third", "p1"})),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("this relay")));
}

TEST(MemoryOfflineQueueTest, WhatIsNotThereIsNotTouched) {
  MemoryOfflineQueue queue(MemoryOfflineQueue::kDefaultLimits);
  EXPECT_FALSE(queue.Remove("acme", "r").has_value());
  EXPECT_EQ(queue.Find("acme", "r"), nullptr);
  queue.SetUnderWay("acme", "r", true);
  queue.KeepConflict("acme", "r", v1::CommandStatus(), 100);
  EXPECT_TRUE(queue.List(kProject).empty());
  EXPECT_EQ(queue.durability(), v1::QUEUE_DURABILITY_MEMORY);
}

}  // namespace
}  // namespace specrelay
