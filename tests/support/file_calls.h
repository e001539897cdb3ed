// ReadFile and WriteFile as a client makes them.
#ifndef SPECRELAY_TESTS_SUPPORT_FILE_CALLS_H_
#define SPECRELAY_TESTS_SUPPORT_FILE_CALLS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "specrelay/v1/relay.pb.h"
#include "tests/support/cluster.h"

namespace specrelay {

// A file that has come in parts, of which only the hash is kept.
struct FileThatCame {
  std::string hash;
  int64_t size_bytes = 0;
  v1::FileVersion version;
};

// Called after each part; false cancels the call.
using OnPart = std::function<bool(int64_t bytes_so_far)>;

absl::StatusOr<FileThatCame> ReadInParts(Client& client, const v1::ReadFileRequest& request,
                                         const OnPart& on_part = nullptr);

// Writes `size_bytes` of what `part_at` gives for each offset.
using PartAt = std::function<std::string(int64_t offset, int64_t bytes)>;
absl::StatusOr<v1::WriteFileResponse> WriteInParts(Client& client, const v1::WriteFileStart& start, int64_t size_bytes,
                                                   const PartAt& part_at, const OnPart& on_part = nullptr);

// Bytes that look like no text and are the same each time.
std::string NoiseAt(int64_t offset, int64_t bytes);
// SHA-256 of the first `size_bytes` of these.
std::string HashOfNoise(int64_t size_bytes);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SUPPORT_FILE_CALLS_H_
