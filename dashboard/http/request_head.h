// The head of a request, read strictly: what could be read in two ways is refused, not interpreted.
#ifndef SPECRELAY_DASHBOARD_HTTP_REQUEST_HEAD_H_
#define SPECRELAY_DASHBOARD_HTTP_REQUEST_HEAD_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/variant.h"
#include "dashboard/http/http_message.h"

namespace specrelay {

struct RequestLimits {
  size_t max_head_bytes = 32 << 10;
  size_t max_target_bytes = 8 << 10;
  int max_headers = 100;
  size_t max_body_bytes = 16 << 20;
};

struct RequestHead {
  HttpRequest request;  // without body and address
  size_t content_length = 0;
  bool keep_alive = true;
  bool expects_continue = false;
};

// Why a request is refused, and with which status of HTTP.
struct HeadRefusal {
  int status = 400;
  std::string message;
};

// Reads all from the request line to the empty line, both with their CRLF. Refuses, besides what breaks the grammar
// and the limits: Transfer-Encoding, Content-Encoding, folded headers, bare CR or LF, a POST, PUT or PATCH without
// Content-Length, a body with other methods than these and DELETE, and more than one of a header that must be one.
absl::variant<RequestHead, HeadRefusal> ParseRequestHead(absl::string_view bytes, const RequestLimits& limits);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_REQUEST_HEAD_H_
