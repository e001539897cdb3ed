// The website: its files, and its page for every address that a person may open.
#ifndef SPECRELAY_DASHBOARD_SITE_SITE_H_
#define SPECRELAY_DASHBOARD_SITE_SITE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "dashboard/http/http_message.h"
#include "dashboard/site/site_directory.h"

namespace specrelay {

// Thread-safe. Serves
//  - files, compressed when a sibling `<name>.br` or `<name>.gz` is there and the client takes it; those under /assets/
//    with a hash in their name for ever, all others to be asked about each time, which an ETag makes cheap;
//  - index.html for "/" and for every other address when a browser navigates (Accept: text/html): the website itself
//    knows what to show there.
class Site {
 public:
  // Errors as of SiteDirectory::Open; INVALID_ARGUMENT also when there is no index.html.
  static absl::StatusOr<Site> Open(const std::string& root);

  // Answers GET and HEAD of an address that no route has; 404 as JSON when it is none of the above. API addresses never
  // get a page.
  HttpResponse Get(const HttpRequest& request) const;

 private:
  explicit Site(SiteDirectory directory) : directory_(std::move(directory)) {}

  absl::optional<HttpResponse> Serve(const std::vector<std::string>& segments, const HttpRequest& request) const;

  SiteDirectory directory_;
};

// The Content-Type of a file, by the end of its name.
absl::string_view ContentTypeOf(absl::string_view name);

// "index-Bx3_9fAq.js": whether a build tool put a hash of the content into the name.
bool HasHashInName(absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_SITE_SITE_H_
