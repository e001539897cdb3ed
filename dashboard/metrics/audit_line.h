// One line on stderr for each write that came by HTTP: who did what, where, and how it ended.
#ifndef SPECRELAY_DASHBOARD_METRICS_AUDIT_LINE_H_
#define SPECRELAY_DASHBOARD_METRICS_AUDIT_LINE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace specrelay {

// An answered request. Holds neither keys nor cookies nor bodies, so that none can be logged.
struct AnsweredRequest {
  std::string method;
  std::string route;       // the pattern; empty when the request had none
  std::string project_id;  // of the path; empty when it names none
  std::string request_id;
  std::string account;  // empty, as the next two, when nobody was let in
  std::string key_id;
  std::string key_name;
  std::string remote_address;
  int status = 0;
  absl::Duration took;
  int64_t bytes_in = 0;   // of the body
  int64_t bytes_out = 0;  // of the body; 0 for a stream
};

// Whether requests with that method change something.
bool IsWrite(absl::string_view method);

// Writes the line, {"event":"write","account":…,"key":…,…}.
void LogWrite(const AnsweredRequest& request);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_METRICS_AUDIT_LINE_H_
