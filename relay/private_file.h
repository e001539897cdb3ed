// A file that holds secrets: read only while nobody else can, replaced whole or not at all, changed by one process at a
// time.
//
// Thread-safe: no state but the file system's. Errors of all functions: NOT_FOUND when the file (or its directory) does
// not exist, FAILED_PRECONDITION when it is not what it should be (permissions, kind), PERMISSION_DENIED where the
// system denies access, RESOURCE_EXHAUSTED for a full disk or a file over the limit, else INTERNAL. Each message names
// the path and what to do.
#ifndef SPECRELAY_RELAY_PRIVATE_FILE_H_
#define SPECRELAY_RELAY_PRIVATE_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace specrelay {

// State of a file as the file system tells it. Equal signatures mean equal content and permissions, short of a rewrite
// in place to the same size within one tick of the file system's clock (milliseconds).
struct FileSignature {
  uint64_t device = 0;
  uint64_t inode = 0;
  int64_t size_bytes = 0;
  absl::Time last_modified;
  absl::Time changed;

  bool operator==(const FileSignature& other) const {
    return device == other.device && inode == other.inode && size_bytes == other.size_bytes &&
           last_modified == other.last_modified && changed == other.changed;
  }
};

struct PrivateFile {
  std::string bytes;
  FileSignature signature;  // from before the read: a change during it makes the next signature differ
};

absl::StatusOr<FileSignature> SignatureOf(absl::string_view path);

// Reads a regular file of at most `max_bytes`. FAILED_PRECONDITION when its group or others have any access to it.
absl::StatusOr<PrivateFile> ReadPrivateFile(absl::string_view path, int64_t max_bytes);

// Makes `bytes` the content of the file, readable and writable by its owner alone. Atomic and durable: a reader sees
// the old or the new content, and after OK the new one survives a power cut. An existing file keeps its owner, so that
// root can add a key for a service; a symbolic link stays and its target is replaced.
absl::Status ReplacePrivateFile(absl::string_view path, absl::string_view bytes);

// Exclusive right to change a file, among all threads and processes that ask for it. Held until destruction. Lies on
// "<file>.lock" beside the file, because the file itself is replaced by each change; that lock file stays.
class FileLock {
 public:
  // UNAVAILABLE when another holds the lock for longer than `timeout`.
  static absl::StatusOr<FileLock> Acquire(absl::string_view path, absl::Duration timeout);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;  // -1 when moved from
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_PRIVATE_FILE_H_
