#include "tests/integration/write_mix.h"

#include <algorithm>
#include <map>
#include <thread>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "tests/integration/audited_requests.h"

namespace specrelay {
namespace {

using google::protobuf::util::MessageDifferencer;

std::string RequestId(const WriteStrand& strand, size_t step) { return absl::StrCat(strand.name, "-", step); }

// But for the instance that answered.
void ExpectSameAnswer(const WriteAnswer& a, const WriteAnswer& b, const std::string& request_id) {
  ASSERT_EQ(a.status(), b.status()) << request_id;
  if (!a.ok()) {
    EXPECT_TRUE(MessageDifferencer::Equals(ToCommandError(a.status()), ToCommandError(b.status()))) << request_id;
    return;
  }
  EXPECT_EQ(a->state(), b->state()) << request_id;
  EXPECT_TRUE(MessageDifferencer::Equals(a->result(), b->result()))
      << request_id << '\n'
      << a->result().DebugString() << b->result().DebugString();
}

}  // namespace

WriteMix::WriteMix(int writes, uint32_t seed) : seed_(seed) {
  int planned = 0;
  const auto plan = [&](WriteKind kind, int number) {
    planned_.push_back({kind(number), {}});
    planned += static_cast<int>(planned_.back().strand.steps.size());
  };
  while (planned < writes) {
    for (const WriteKind kind : WriteKinds()) {
      plan(kind, strands_per_kind_);
      if (planned <= writes) continue;
      // A strand is all or nothing; single writes fill up what is left.
      planned -= static_cast<int>(planned_.back().strand.steps.size());
      planned_.pop_back();
    }
    ++strands_per_kind_;
  }
  std::mt19937 random(seed);
  std::shuffle(planned_.begin(), planned_.end(), random);
}

void WriteMix::Run(int clients, const Send& send) {
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) threads.emplace_back([&] { RunStrands(send); });
  for (std::thread& thread : threads) thread.join();
  absl::MutexLock lock(&mu_);
  ended_ = true;
}

void WriteMix::RunStrands(const Send& send) {
  while (true) {
    size_t index;
    {
      absl::MutexLock lock(&mu_);
      if (next_ == planned_.size()) return;
      index = next_++;
    }
    std::mt19937 random(seed_ + static_cast<uint32_t>(index));
    RunStrand(planned_[index], random, send);
  }
}

void WriteMix::RunStrand(Planned& planned, std::mt19937& random, const Send& send) {
  std::vector<size_t> later;
  std::vector<v1::ExecuteRequest> requests(planned.strand.steps.size());
  for (size_t step = 0; step < requests.size(); ++step) {
    const WriteStep& write = planned.strand.steps[step];
    v1::ExecuteRequest& request = requests[step];
    request.set_request_id(RequestId(planned.strand, step));
    *request.mutable_command() = write.command(planned.answers);
    const int copies = 2 + static_cast<int>(random() % 2);
    const int together = 1 + static_cast<int>(random() % 2);
    planned.answers.push_back(SendTogether(request, together, send));
    EXPECT_EQ(planned.answers.back().status().code(), write.outcome)
        << request.request_id() << ": " << planned.answers.back().status();
    for (int i = together; i < copies; ++i) {
      if (random() % 2 == 0) {
        ExpectSameAnswer(planned.answers.back(), SendCounted(request, send), request.request_id());
      } else {
        later.push_back(step);
      }
    }
  }
  for (const size_t step : later) {
    ExpectSameAnswer(planned.answers[step], SendCounted(requests[step], send), requests[step].request_id());
  }
}

WriteAnswer WriteMix::SendCounted(const v1::ExecuteRequest& request, const Send& send) {
  WriteAnswer answer = send(request);
  absl::MutexLock lock(&mu_);
  ++answers_;
  return answer;
}

WriteAnswer WriteMix::SendTogether(const v1::ExecuteRequest& request, int copies, const Send& send) {
  if (copies == 1) return SendCounted(request, send);
  WriteAnswer other = absl::UnknownError("not sent");
  std::thread second([&] { other = SendCounted(request, send); });
  WriteAnswer answer = SendCounted(request, send);
  second.join();
  ExpectSameAnswer(answer, other, request.request_id());
  return answer;
}

bool WriteMix::WaitForAnswers(int count) {
  absl::MutexLock lock(&mu_);
  const int target = answers_ + count;
  const auto reached = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return ended_ || answers_ >= target; };
  mu_.Await(absl::Condition(&reached));
  return !ended_;
}

int WriteMix::answers() const {
  absl::MutexLock lock(&mu_);
  return answers_;
}

void WriteMix::ExpectExactlyOnce(const std::string& tree_dir, const std::string& machine_dir) const {
  const TreeContents tree(tree_dir);
  const TreeContents machine(machine_dir);
  std::map<std::string, int> tree_lines = AuditedRequests(tree);
  std::map<std::string, int> machine_lines = AuditedRequests(machine);
  for (const auto& [strand, answers] : planned_) {
    ASSERT_EQ(answers.size(), strand.steps.size()) << strand.name;
    std::map<std::string, int>& audited = strand.of_machine ? machine_lines : tree_lines;
    bool as_planned = true;
    for (size_t step = 0; step < answers.size(); ++step) {
      const std::string id = RequestId(strand, step);
      EXPECT_EQ(audited[id], answers[step].ok() ? 1 : 0) << "lines of the audit about " << id;
      as_planned = as_planned && answers[step].status().code() == strand.steps[step].outcome;
    }
    // Otherwise the test has failed already, and the answers that the check looks at may be missing.
    if (as_planned) strand.check({tree, machine}, answers);
  }
  ExpectFilesAsAudited(tree);
}

}  // namespace specrelay
