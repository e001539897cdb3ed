// Many clients of /api/events in one thread, which look for numbered marks in what comes and for nothing else, so that
// they cost little beside the server.
#ifndef SPECRELAY_TESTS_BENCH_EVENT_CLIENTS_H_
#define SPECRELAY_TESTS_BENCH_EVENT_CLIENTS_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace specrelay {

// What has been sent and when, for those who measure how long it took. Thread-safe.
class MarkedEvents {
 public:
  // `prefix` stands before the number of an event, which has six digits, once in each event.
  MarkedEvents(std::string prefix, int count) : prefix_(std::move(prefix)), sent_ns_(static_cast<size_t>(count)) {}

  // The mark of an event that is sent now.
  std::string Mark(int number);

  const std::string& prefix() const { return prefix_; }
  int count() const { return static_cast<int>(sent_ns_.size()); }
  int64_t sent_ns(int number) const { return sent_ns_[static_cast<size_t>(number)].load(); }

 private:
  const std::string prefix_;
  std::vector<std::atomic<int64_t>> sent_ns_;
};

// Not thread-safe, but for what `events` allows.
class EventClients {
 public:
  explicit EventClients(const MarkedEvents& events);
  ~EventClients();

  EventClients(const EventClients&) = delete;
  EventClients& operator=(const EventClients&) = delete;

  // One more client; `query` is "?projectId=…" or empty.
  absl::Status Open(const std::string& address, const std::string& key, const std::string& query);

  // Waits until the server has greeted all clients, after which they miss nothing. Fails after a generous while.
  absl::Status AwaitGreetings();

  // Reads until `count` more marks have come, all clients together. Fails when a stream ends before, more come, or too
  // few within a generous while.
  absl::Status AwaitMarks(int64_t count);

  // From the sending of an event to its arrival, of all marks since the last call.
  std::vector<double> TakeLatenciesMs();

 private:
  struct One {
    int fd = -1;
    bool greeted = false;
    std::string tail;  // of what came before, in which a mark may have begun
  };

  template <typename Done>
  absl::StatusOr<bool> ReadUntil(const Done& done);  // false when it takes too long
  absl::Status Read(One& one);
  void FindMarks(One& one, absl::string_view bytes, int64_t now_ns);

  const MarkedEvents& events_;
  const int epoll_;
  std::vector<char> buffer_;
  std::vector<std::unique_ptr<One>> clients_;
  size_t greeted_ = 0;
  int64_t marks_ = 0;
  int64_t expected_ = 0;
  std::vector<double> latencies_ms_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_EVENT_CLIENTS_H_
