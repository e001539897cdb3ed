// A client that sends just the bytes it is told to, right or wrong, in tests.
#ifndef SPECRELAY_DASHBOARD_HTTP_TESTING_RAW_HTTP_H_
#define SPECRELAY_DASHBOARD_HTTP_TESTING_RAW_HTTP_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "dashboard/http/http_message.h"

namespace specrelay {

struct RawResponse {
  int status = 0;  // 0: the connection ended before an answer
  HttpHeaders headers;
  std::string body;

  std::string Header(absl::string_view name) const;
  // What "error" of a JSON body says; empty when there is none.
  std::string Error() const;
};

// One connection to 127.0.0.1. Used by one thread. Nothing waits longer than a generous deadline.
class RawConnection {
 public:
  // Fails the test when there is nothing at `port`.
  explicit RawConnection(int port);
  RawConnection(RawConnection&& other) noexcept;
  RawConnection& operator=(RawConnection&&) = delete;
  ~RawConnection();

  // False when the peer takes no more.
  bool Send(absl::string_view bytes);
  void EndSending();

  // The next answer; of one with Transfer-Encoding the body is left to ReadSome().
  RawResponse ReadResponse(bool to_head = false);

  // What comes next, at least one byte; empty when the connection has ended.
  std::string ReadSome();

  // Whether the peer ends the connection; reads what comes before that.
  bool Ends();

 private:
  int fd_ = -1;
  std::string buffer_;
};

// The answer to these bytes on a connection of their own.
RawResponse Exchange(int port, absl::string_view bytes);

// A request with a Host header, `more` lines (each with CRLF) and, when there is a body, its length.
std::string RequestText(absl::string_view method, absl::string_view target, absl::string_view more = "",
                        absl::optional<absl::string_view> body = absl::nullopt);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_TESTING_RAW_HTTP_H_
