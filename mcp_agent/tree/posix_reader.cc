#include "mcp_agent/tree/posix_reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/directory_scan.h"
#include "mcp_agent/tree/tree_errors.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

// Reads until the end of the file or until `max_bytes` + 1 are there, for the file may grow meanwhile. 0 or an errno
// value.
int ReadToEnd(int fd, int64_t expected_bytes, int64_t max_bytes, std::string& bytes) {
  // One byte more than expected, so that the read that fills the rest finds the end too.
  bytes.resize(static_cast<size_t>(expected_bytes) + 1);
  size_t filled = 0;
  while (true) {
    if (filled == bytes.size()) {
      if (filled > static_cast<size_t>(max_bytes)) break;
      bytes.resize(std::min(2 * filled, static_cast<size_t>(max_bytes) + 1));
    }
    const ssize_t count = ::read(fd, &bytes[filled], bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  bytes.resize(filled);
  return 0;
}

}  // namespace

absl::StatusOr<FileContent> PosixRead(const PosixRoot& root, absl::string_view path, int64_t max_bytes) {
  ASSIGN_OR_RETURN(const PosixFile file, OpenRegularFile(root, path, O_RDONLY, "read"));
  FileContent content;
  content.stat = file.stat.stat;
  if (content.stat.size_bytes > max_bytes) {
    return FileTooLargeError(root.Show(path), content.stat.size_bytes, max_bytes);
  }
  const int error = ReadToEnd(file.fd.get(), content.stat.size_bytes, max_bytes, content.bytes);
  if (error != 0) return PosixError(error, "read", root.Show(path));
  const int64_t size_bytes = static_cast<int64_t>(content.bytes.size());
  if (size_bytes > max_bytes) return FileTooLargeError(root.Show(path), size_bytes, max_bytes);
  content.hash = Sha256Hex(content.bytes);
  return content;
}

absl::StatusOr<std::string> PosixReadFrom(const PosixRoot& root, absl::string_view path, int64_t offset,
                                          int64_t max_bytes) {
  ASSIGN_OR_RETURN(const PosixFile file, OpenRegularFile(root, path, O_RDONLY, "read"));
  std::string bytes;
  bytes.resize(static_cast<size_t>(std::max<int64_t>(std::min(max_bytes, file.stat.stat.size_bytes - offset), 0)));
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count =
        ::pread(file.fd.get(), &bytes[filled], bytes.size() - filled, offset + static_cast<int64_t>(filled));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return PosixError(errno, "read", root.Show(path));
    if (count == 0) break;
    filled += static_cast<size_t>(count);
  }
  bytes.resize(filled);
  return bytes;
}

absl::StatusOr<FileStat> PosixDescribe(const PosixRoot& root, absl::string_view path) {
  ASSIGN_OR_RETURN(const PosixFile file, Examine(root, path, "look at"));
  return file.stat.stat;
}

absl::StatusOr<FileStat> PosixDescriber::Describe(absl::string_view path) {
  const absl::string_view parent = ParentPath(path);
  if (path.empty()) return PosixDescribe(root_, path);
  if (directory_.valid() && path == directory_path_) {
    ASSIGN_OR_RETURN(const PosixStat stat, DescribeFd(directory_.get(), root_.Show(path)));
    return stat.stat;
  }
  if (!directory_.valid() || parent != directory_path_) {
    directory_.reset(OpenBeneath(root_.fd.get(), parent, O_PATH | O_DIRECTORY));
    if (!directory_.valid()) return PosixDescribe(root_, path);  // tells what is the matter
    directory_path_ = std::string(parent);
  }
  ASSIGN_OR_RETURN(const PosixStat stat, DescribeEntry(directory_.get(), BaseName(path), root_, path, "look at"));
  return stat.stat;
}

absl::StatusOr<std::vector<DirectoryEntry>> PosixList(const PosixRoot& root, absl::string_view path) {
  RETURN_IF_ERROR(Examine(root, path, "list").status());
  ASSIGN_OR_RETURN(UniqueFd directory, OpenDirectory(root, path, "list"));
  std::vector<RawDirectoryEntry> raw_entries;
  const int error = ScanDirectory(std::move(directory), raw_entries);
  if (error == EOVERFLOW) {
    return absl::ResourceExhaustedError(absl::StrCat("the directory ", Quoted(root.Show(path)), " has more than ",
                                                     kMaxDirectoryEntries, " entries; move some of them away"));
  }
  if (error != 0) return PosixError(error, "list", root.Show(path));
  std::vector<DirectoryEntry> entries;
  for (RawDirectoryEntry& raw : raw_entries) {
    if (!raw.is_directory && !raw.is_regular_file) continue;
    if (IsAgentOwnName(raw.name) || !IsValidUtf8(raw.name)) continue;
    entries.push_back({std::move(raw.name), raw.is_directory});
  }
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  return entries;
}

}  // namespace specrelay
