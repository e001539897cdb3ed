// cpp-httplib's server, with the reading of requests left to others: it listens, accepts, keeps the TLS context and
// writes responses.
#ifndef SPECRELAY_DASHBOARD_HTTP_HTTPLIB_SERVER_H_
#define SPECRELAY_DASHBOARD_HTTP_HTTPLIB_SERVER_H_

#include <httplib.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dashboard/http/http_message.h"
#include "dashboard/http/transport.h"

namespace specrelay {

// How a response is sent.
struct ResponseDelivery {
  bool head_only = false;  // to HEAD
  bool keep_alive = true;
  // For each write: so long without any progress, plus the time that the bytes take at this rate.
  absl::Duration write_timeout;
  int64_t min_bytes_per_second = 1;

  // For a write of so many bytes that begins now.
  Deadline DeadlineFor(size_t bytes) const {
    return DeadlineAfter(write_timeout + absl::Seconds(1) * static_cast<int64_t>(bytes) / min_bytes_per_second);
  }
};

class HttplibServer {
 public:
  // Takes over an accepted, non-blocking socket and closes it. Called on a thread that runs a task of the queue.
  using ConnectionHandler = std::function<void(int fd)>;

  // Both paths empty: plain text. INVALID_ARGUMENT when the certificate or its key cannot be used.
  static absl::StatusOr<std::unique_ptr<HttplibServer>> Make(const std::string& tls_certificate_path,
                                                             const std::string& tls_key_path,
                                                             ConnectionHandler handler);
  virtual ~HttplibServer() = default;

  // For the owner to configure, bind and stop.
  virtual httplib::Server& server() = 0;

  // nullptr without TLS.
  virtual SSL_CTX* tls() = 0;

  // Both are thread-safe. Of a stream they have no more than the head.
  // Writes the response; whether all of that was written.
  bool Write(HttpResponse response, const ResponseDelivery& delivery, Transport& transport);
  // What Write() writes, in one piece; absent when the response cannot be written.
  absl::optional<std::string> Text(HttpResponse response, const ResponseDelivery& delivery);

 protected:
  // Has cpp-httplib write the response to `stream`.
  virtual bool WriteTo(httplib::Stream& stream, HttpResponse response, bool keep_alive) = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_HTTPLIB_SERVER_H_
