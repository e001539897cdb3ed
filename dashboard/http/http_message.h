// Requests and responses as handlers see them, whatever library carries them.
#ifndef SPECRELAY_DASHBOARD_HTTP_HTTP_MESSAGE_H_
#define SPECRELAY_DASHBOARD_HTTP_HTTP_MESSAGE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace specrelay {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;
  std::string path;                                     // as sent, still percent-encoded, without the query
  std::map<std::string, std::string> path_parameters;   // by their names in the route's pattern; decoded
  std::map<std::string, std::string> query_parameters;  // decoded; of several with a name, the first
  HttpHeaders headers;
  std::string body;
  std::string remote_address;  // of the peer; of the client when a trusted proxy says so
  bool secure = false;         // came encrypted: by TLS here, or as a trusted proxy says

  // Value of the first header of that name, in any case; nothing when there is none.
  absl::optional<absl::string_view> FindHeader(absl::string_view name) const;
  // The same, empty when there is none.
  std::string Header(absl::string_view name) const;
  // A parameter that the route's pattern names.
  const std::string& PathParameter(absl::string_view name) const;
  bool HasPathParameter(absl::string_view name) const;
  // Empty when there is none.
  std::string QueryParameter(absl::string_view name) const;
};

// A body that comes into being while it is sent, as of an event stream. Owned by the response.
class ResponseStream {
 public:
  virtual ~ResponseStream() = default;

  // To be called when Next(), having returned nothing, has something to tell: once until the next call is enough. May
  // be called on any thread and under any lock, never blocks, and outlives whoever gave it. Given before the first
  // Next().
  virtual void WhenReady(std::function<void()> wake) = 0;

  // What is to be sent now, empty for nothing yet; nothing at all when the stream has ended. The previous text has been
  // sent. Does not block. Called by one thread.
  virtual absl::optional<std::string> Next() = 0;

  // Nobody wants more: the stream ends. Called on any thread, any number of times.
  virtual void Cancel() = 0;
};

struct HttpResponse;

// A response that comes about elsewhere, so that no thread has to wait for it. Used by one thread at a time.
class PendingResponse {
 public:
  virtual ~PendingResponse() = default;

  // Begins what leads to the response; does not block. `ready` is called once, on any thread and under any lock,
  // perhaps before this returns, perhaps when the object is gone.
  virtual void Begin(std::function<void()> ready) = 0;

  // Once ready: whether Finish() takes so long that it should have a thread of its own.
  virtual bool IsLarge() const = 0;

  // The response, which is no stream; when it is not ready, one that says so. Called once, does not block.
  virtual HttpResponse Finish() = 0;
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
  std::shared_ptr<ResponseStream> stream;  // instead of `body`

  static HttpResponse Json(int status, std::string json);
  // {"error": message}
  static HttpResponse Error(int status, absl::string_view message);
  static HttpResponse Empty(int status);

  void SetHeader(absl::string_view name, absl::string_view value);
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_HTTP_MESSAGE_H_
