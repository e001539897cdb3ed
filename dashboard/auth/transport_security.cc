#include "dashboard/auth/transport_security.h"

#include "absl/types/optional.h"
#include "dashboard/auth/host_list.h"

namespace specrelay {

void AddTransportSecurity(const HttpRequest& request, HttpResponse& response) {
  const absl::optional<HostAndPort> host = ParseHost(request.Header("Host"));
  if (!request.secure || !host.has_value() || IsLoopbackHost(host->host)) return;
  response.SetHeader("Strict-Transport-Security", "max-age=31536000");
}

}  // namespace specrelay
