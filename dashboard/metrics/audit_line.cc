#include "dashboard/metrics/audit_line.h"

#include "absl/strings/str_cat.h"
#include "proto/support/log.h"

namespace specrelay {

bool IsWrite(absl::string_view method) { return method != "GET" && method != "HEAD" && method != "OPTIONS"; }

void LogWrite(const AnsweredRequest& request) {
  Log(LogLevel::kInfo, "write",
      {{"account", request.account},
       {"key", request.key_name},
       {"key_id", request.key_id},
       {"address", request.remote_address},
       {"method", request.method},
       {"route", request.route},
       {"project", request.project_id},
       {"request_id", request.request_id},
       {"status", absl::StrCat(request.status)},
       {"duration_ms", absl::StrCat(absl::ToDoubleMilliseconds(request.took))}});
}

}  // namespace specrelay
