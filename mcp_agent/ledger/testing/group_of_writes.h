// Several writes that a ledger finds waiting at the same time, in a known order.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_TESTING_GROUP_OF_WRITES_H_
#define SPECRELAY_MCP_AGENT_LEDGER_TESTING_GROUP_OF_WRITES_H_

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/ledger/transaction.h"
#include "proto/support/digest.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// One thread for each write. The first handler that runs waits until all writes have been queued, so nothing is decided
// before; where none runs, nothing waits.
class GroupOfWrites {
 public:
  using Handler = std::function<absl::StatusOr<v1::CommandResult>(Transaction&)>;

  // `content` stands for what is to be done: the same id with another one is refused.
  void Add(absl::string_view id, Handler handler, absl::string_view content = "content") {
    WriteRequest request;
    request.request_id = std::string(id);
    request.digest = Sha256(content);
    request.command = "test";
    writes_.push_back({std::move(request), std::move(handler)});
  }

  // The answers, in the order of Add().
  std::vector<absl::StatusOr<v1::CommandResult>> Run(Ledger& ledger) {
    std::vector<absl::StatusOr<v1::CommandResult>> answers(writes_.size(), absl::UnknownError("not answered"));
    const int count = static_cast<int>(writes_.size());
    // Held back by the first handler, the queue only grows, unless there is an answer without a handler.
    std::atomic<bool> open{count == 1};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) {
      threads.emplace_back([&, i] {
        Write& write = writes_[static_cast<size_t>(i)];
        answers[static_cast<size_t>(i)] = ledger.Execute(write.request, [&](Transaction& transaction) {
          while (!open) std::this_thread::yield();
          return write.handler(transaction);
        });
        open = true;
      });
      while (!open && ledger.waiting() <= i) std::this_thread::yield();
      if (i + 1 == count) open = true;
    }
    for (std::thread& thread : threads) thread.join();
    return answers;
  }

 private:
  struct Write {
    WriteRequest request;
    Handler handler;
  };

  std::vector<Write> writes_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_TESTING_GROUP_OF_WRITES_H_
