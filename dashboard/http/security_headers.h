// Headers that tell browsers what they may do with an answer.
#ifndef SPECRELAY_DASHBOARD_HTTP_SECURITY_HEADERS_H_
#define SPECRELAY_DASHBOARD_HTTP_SECURITY_HEADERS_H_

#include "dashboard/http/http_message.h"

namespace specrelay {

// Adds to every answer: a content security policy (of its own for pages, nothing at all for others), no sniffing, no
// framing, no referrer; and `Cache-Control: no-store` where the answer says nothing itself.
void AddSecurityHeaders(HttpResponse& response);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_SECURITY_HEADERS_H_
