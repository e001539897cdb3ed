// Sends streams to their clients, all of them from one thread: a stream costs a socket and what waits to be sent, but
// no thread, and waking it costs no switch.
#ifndef SPECRELAY_DASHBOARD_HTTP_STREAM_LOOP_H_
#define SPECRELAY_DASHBOARD_HTTP_STREAM_LOOP_H_

#include <cstdint>
#include <memory>
#include <string>
#include <thread>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "dashboard/http/connection_table.h"
#include "dashboard/http/http_message.h"
#include "dashboard/http/loop_inbox.h"
#include "dashboard/http/transport.h"

namespace specrelay {

// A connection whose response is a stream and whose head has been sent. Owns the descriptor.
struct StreamingConnection {
  int fd = -1;
  std::unique_ptr<Transport> transport;
  std::unique_ptr<ConnectionTable::Entry> entry;
  std::unique_ptr<ConnectionTable::StreamSlot> slot;
  std::shared_ptr<ResponseStream> stream;
};

struct StreamLoopOptions {
  // For what the stream said at once: so long, plus the time that the bytes take at this rate.
  absl::Duration write_timeout;
  int64_t min_bytes_per_second = 1;
};

// Thread-safe. Sends what a stream says in chunks, and an end when it has ended; then the connection is closed. That
// also happens, and the stream is cancelled, when the client hangs up or does not take in time what was said.
class StreamLoop {
 public:
  explicit StreamLoop(const StreamLoopOptions& options);
  StreamLoop(const StreamLoop&) = delete;
  StreamLoop& operator=(const StreamLoop&) = delete;
  // Closes what is left.
  ~StreamLoop();

  // Not while the loop is destroyed.
  void Take(StreamingConnection connection);

  // Waits until no connection is left, `timeout` at most; whether none is.
  bool WaitUntilEmpty(absl::Duration timeout);

 private:
  using Inbox = LoopInbox<StreamingConnection>;
  using Id = LoopId;

  // A connection, and what of its stream is still to be sent.
  struct Sending {
    StreamingConnection connection;
    std::string unsent;
    Deadline deadline;   // for all of `unsent`
    bool ended = false;  // `unsent` is the last
    uint32_t watched = 0;
  };

  template <typename C, typename R, typename Loop>
  friend void RunLoop(int epoll_fd, LoopInbox<C, R>& inbox, Loop& loop);

  void Run();
  void Begin(StreamingConnection connection);
  void OnEvents(Id id, uint32_t events);
  void OnReady(Id id) { Advance(id); }
  // Sends what can be sent without waiting.
  void Advance(Id id);
  // Lets the stream tell what is to be sent; false when it has nothing yet.
  bool TakeNext(Sending& sending);
  void Watch(Id id, Sending& sending, uint32_t events);
  void EndOverdue(Deadline now);
  // Cancels the stream and closes the connection.
  void End(Id id);

  const StreamLoopOptions options_;
  const int epoll_fd_;
  const std::shared_ptr<Inbox> inbox_;  // streams keep it beyond the loop's life

  // Owned by the thread.
  Id last_id_ = 0;
  absl::flat_hash_map<Id, std::unique_ptr<Sending>> sendings_;

  std::thread thread_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_STREAM_LOOP_H_
