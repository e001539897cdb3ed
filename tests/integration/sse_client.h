// Subscribers of /api/events, in tests.
#ifndef SPECRELAY_TESTS_INTEGRATION_SSE_CLIENT_H_
#define SPECRELAY_TESTS_INTEGRATION_SSE_CLIENT_H_

#include <cstddef>
#include <deque>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"

namespace specrelay {

// Views into the parser's buffer.
struct SseEventView {
  absl::string_view id;
  absl::string_view type;
  absl::string_view data;
};

// Takes a chunked answer apart, as it comes in. Not thread-safe.
class SseParser {
 public:
  // Calls `on_event` for each whole event in the bytes so far.
  void Feed(absl::string_view bytes, absl::FunctionRef<void(const SseEventView&)> on_event);

  // Of the answer; 0 until its head has come.
  int status() const { return status_; }
  // Of the latest block, whether it was an event or not; where a client resumes.
  const std::string& last_id() const { return last_id_; }
  int comments() const { return comments_; }
  bool ended() const { return ended_; }

 private:
  void ReadHead();
  void Unchunk();
  void OnBlock(absl::string_view block, absl::FunctionRef<void(const SseEventView&)> on_event);

  std::string raw_;   // not unchunked yet
  std::string text_;  // not parsed yet
  size_t chunk_left_ = 0;
  int status_ = 0;
  bool ended_ = false;
  std::string last_id_;
  int comments_ = 0;
};

struct SseOptions {
  std::string key;
  std::string query;          // "?projectId=p1"
  std::string last_event_id;  // header
  int receive_buffer_bytes = 0;
};

// Connects to `address` (HOST:PORT) and asks for events; the descriptor, or -1.
int OpenSse(const std::string& address, const SseOptions& options);

struct SseEvent {
  std::string id;
  std::string type;
  std::string data;
};

// One subscriber that reads when it is asked to. Not thread-safe.
class SseConnection {
 public:
  SseConnection(const std::string& address, const SseOptions& options) : fd_(OpenSse(address, options)) {}
  SseConnection(const SseConnection&) = delete;
  SseConnection& operator=(const SseConnection&) = delete;
  ~SseConnection();

  // The next event; nothing when the stream has ended, or none has come for a generous while.
  absl::optional<SseEvent> Next();

  // Waits for the greeting, after which no event is missed.
  bool AwaitGreeting();

  // Waits for the end of the stream.
  bool AwaitEnd();

  int status() const { return parser_.status(); }
  const std::string& last_id() const { return parser_.last_id(); }

 private:
  // Reads what there is; false at the end.
  bool ReadMore();

  const int fd_;
  SseParser parser_;
  std::deque<SseEvent> events_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_SSE_CLIENT_H_
