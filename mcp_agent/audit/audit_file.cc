#include "mcp_agent/audit/audit_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "mcp_agent/audit/audit_parts.h"
#include "mcp_agent/tree/posix_files.h"
#include "mcp_agent/tree/posix_reader.h"
#include "mcp_agent/tree/tree_path.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;
// How often and how long an unfinished line is waited for at the end of the file.
constexpr int kMaxWaits = 3;
constexpr absl::Duration kWait = absl::Milliseconds(50);
constexpr int kMaxTries = 3;

absl::StatusOr<std::string> Canonical(const std::string& directory) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::canonical(directory, error);
  if (!error) return path.string();
  return absl::NotFoundError(absl::StrCat("there is no directory ", Quoted(directory), " (", error.message(),
                                          "); name the one that is meant"));
}

// Feeds the file to its end, or to that of the line that is being written.
absl::Status FeedFile(const PosixRoot& root, absl::string_view path, AuditVerifier& verifier) {
  ASSIGN_OR_RETURN(const PosixFile file, OpenRegularFile(root, path, O_RDONLY, "read"));
  verifier.BeginFile(std::string(BaseName(path)));
  std::vector<char> block(kBlockBytes);
  int waits = 0;
  while (true) {
    const ssize_t count = ::read(file.fd.get(), block.data(), block.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return PosixError(errno, "read", root.Show(path));
    if (count > 0) {
      verifier.Feed(absl::string_view(block.data(), static_cast<size_t>(count)));
      continue;
    }
    if (!verifier.within_line() || waits++ == kMaxWaits) return absl::OkStatus();
    absl::SleepFor(kWait);
  }
}

absl::StatusOr<std::vector<std::string>> ListParts(const PosixRoot& root, absl::string_view tree) {
  ASSIGN_OR_RETURN(const std::vector<DirectoryEntry> entries, PosixList(root, tree));
  return AuditParts(entries);
}

}  // namespace

absl::StatusOr<AuditReport> VerifyAudit(const std::string& directory, absl::string_view tree) {
  ASSIGN_OR_RETURN(const std::string canonical, Canonical(directory));
  ASSIGN_OR_RETURN(PosixRoot root, OpenRootDirectory(canonical));
  root.shown = canonical;
  for (int tries = 1;; ++tries) {
    ASSIGN_OR_RETURN(const std::vector<std::string> parts, ListParts(root, tree));
    AuditVerifier verifier;
    for (const std::string& part : parts) RETURN_IF_ERROR(FeedFile(root, JoinPath(tree, part), verifier));
    const absl::Status fed = FeedFile(root, JoinPath(tree, kAuditFile), verifier);
    // An agent has put the file aside since the parts were listed.
    ASSIGN_OR_RETURN(const std::vector<std::string> parts_now, ListParts(root, tree));
    if (parts_now != parts && tries < kMaxTries) continue;
    // The agent that put it aside was interrupted before it began the next.
    if (!absl::IsNotFound(fed) || parts.empty()) RETURN_IF_ERROR(fed);
    return verifier.Finish();
  }
}

}  // namespace specrelay
