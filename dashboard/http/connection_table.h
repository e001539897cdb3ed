// The connections and streams that a server has, so that it can end them.
#ifndef SPECRELAY_DASHBOARD_HTTP_CONNECTION_TABLE_H_
#define SPECRELAY_DASHBOARD_HTTP_CONNECTION_TABLE_H_

#include <list>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "dashboard/http/http_message.h"
#include "dashboard/http/transport.h"

namespace specrelay {

// Thread-safe. Ends connections by shutdown(), never by close(): the descriptor stays its connection's.
class ConnectionTable {
 public:
  explicit ConnectionTable(int max_streams) : max_streams_(max_streams) {}

  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

 private:
  struct Record {
    int fd;
    bool waits;  // for a whole request
    Deadline waits_since;
  };
  using Records = std::list<Record>;

 public:
  // A connection's place in the table. Must be destroyed before the descriptor is closed. Used by one thread.
  class Entry {
   public:
    Entry(ConnectionTable& table, int fd);
    Entry(const Entry&) = delete;
    Entry& operator=(const Entry&) = delete;
    ~Entry();

    // A request is awaited, or has come. A connection is born waiting.
    void SetWaits(bool waits);

   private:
    ConnectionTable& table_;
    const Records::iterator record_;
  };

  // A running stream; empty when there are as many as may be, or the server stops.
  class StreamSlot {
   public:
    StreamSlot(ConnectionTable& table, std::shared_ptr<ResponseStream> stream);
    StreamSlot(const StreamSlot&) = delete;
    StreamSlot& operator=(const StreamSlot&) = delete;
    ~StreamSlot();

    explicit operator bool() const { return taken_; }

   private:
    ConnectionTable& table_;
    const std::shared_ptr<ResponseStream> stream_;
    bool taken_ = false;
    std::list<std::shared_ptr<ResponseStream>>::iterator place_;  // when taken
  };

  // Makes room: ends the connection that has waited longest for a request, when that is at least `age`; whether it did.
  bool EndOldestWaiting(absl::Duration age);

  // From now on: no new streams, `stopping()`; streams are cancelled and waiting connections ended.
  void BeginStop();
  bool stopping() const;

  // Ends what is left.
  void EndAll();

  int connections() const;
  int streams() const;

 private:
  const int max_streams_;

  mutable absl::Mutex mu_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  Records records_ ABSL_GUARDED_BY(mu_);  // those that wait are in the order in which they began to
  std::list<std::shared_ptr<ResponseStream>> streams_ ABSL_GUARDED_BY(mu_);
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_CONNECTION_TABLE_H_
