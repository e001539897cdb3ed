#include "mcp_agent/tree/posix_open_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

class PosixOpenFile final : public OpenFile {
 public:
  PosixOpenFile(PosixFile file, std::string shown) : file_(std::move(file)), shown_(std::move(shown)) {}

  const FileStat& stat() const override { return file_.stat.stat; }

  absl::StatusOr<std::string> ReadNext(int64_t max_bytes) override {
    std::string bytes(static_cast<size_t>(max_bytes), '\0');
    size_t filled = 0;
    while (filled < bytes.size()) {
      const ssize_t count = ::read(file_.fd.get(), &bytes[filled], bytes.size() - filled);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return PosixError(errno, "read", shown_);
      if (count == 0) break;
      filled += static_cast<size_t>(count);
    }
    bytes.resize(filled);
    return bytes;
  }

  absl::Status CheckUnchanged() const override {
    ASSIGN_OR_RETURN(const PosixStat now, DescribeFd(file_.fd.get(), shown_));
    const FileStat& before = file_.stat.stat;
    // Not the change time, which moves when the file gets another name, or none because another takes its place.
    if (now.stat.size_bytes == before.size_bytes && now.stat.last_modified == before.last_modified) {
      return absl::OkStatus();
    }
    return absl::AbortedError(absl::StrCat(Quoted(shown_), " was changed while it was read; read it again"));
  }

 private:
  const PosixFile file_;
  const std::string shown_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<OpenFile>> PosixOpenToRead(const PosixRoot& root, absl::string_view path) {
  ASSIGN_OR_RETURN(PosixFile file, OpenRegularFile(root, path, O_RDONLY, "read"));
  return std::make_unique<PosixOpenFile>(std::move(file), root.Show(path));
}

}  // namespace specrelay
