// The directory of a website's files, and nothing outside it.
#ifndef SPECRELAY_DASHBOARD_SITE_SITE_DIRECTORY_H_
#define SPECRELAY_DASHBOARD_SITE_SITE_DIRECTORY_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace specrelay {

struct SiteFile {
  std::string content;
  std::string tag;  // an ETag: changes with the file
};

// Thread-safe. Files are opened one directory after the other without following links, so that neither a path nor a
// link in the directory leads out of it. The directory itself is found once, at the start.
class SiteDirectory {
 public:
  // INVALID_ARGUMENT when there is no directory of that path.
  static absl::StatusOr<SiteDirectory> Open(const std::string& path);

  SiteDirectory(SiteDirectory&& other) noexcept;
  SiteDirectory& operator=(SiteDirectory&& other) noexcept;
  ~SiteDirectory();

  // The file at the end of `segments`. NOT_FOUND for everything that is no regular file below the directory, for names
  // that begin with a dot, and for files over 64 MiB.
  absl::StatusOr<SiteFile> Read(const std::vector<std::string>& segments) const;

 private:
  explicit SiteDirectory(int fd) : fd_(fd) {}

  int fd_;
};

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_SITE_SITE_DIRECTORY_H_
