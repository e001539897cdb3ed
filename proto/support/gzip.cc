#include "proto/support/gzip.h"

#include <zlib.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

constexpr int kGzipWindow = MAX_WBITS + 16;  // zlib's way to ask for gzip around it
constexpr int kMemoryLevel = 8;

Bytef* BytesOf(absl::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT: zlib reads and does not say const
}

}  // namespace

std::string Gzip(absl::string_view bytes) {
  z_stream stream = {};
  // Both fail only for want of memory.
  if (deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzipWindow, kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    std::abort();
  }
  std::string compressed(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
  stream.next_in = BytesOf(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = BytesOf(compressed);
  stream.avail_out = static_cast<uInt>(compressed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) std::abort();
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return compressed;
}

absl::StatusOr<std::string> Gunzip(absl::string_view compressed, size_t max_bytes) {
  z_stream stream = {};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK) std::abort();
  // One more, so that what holds too much is told from what holds just enough.
  std::string bytes(max_bytes + 1, '\0');
  stream.next_in = BytesOf(compressed);
  stream.avail_in = static_cast<uInt>(compressed.size());
  stream.next_out = BytesOf(bytes);
  stream.avail_out = static_cast<uInt>(bytes.size());
  const int result = inflate(&stream, Z_FINISH);
  const size_t size = stream.total_out;
  const bool rest = stream.avail_in > 0;
  inflateEnd(&stream);
  if (size > max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat("compressed bytes hold more than ", max_bytes, " bytes"));
  }
  if (result != Z_STREAM_END || rest) return absl::InvalidArgumentError("compressed bytes are damaged");
  bytes.resize(size);
  return bytes;
}

}  // namespace specrelay
