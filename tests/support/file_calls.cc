#include "tests/support/file_calls.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "grpcpp/grpcpp.h"
#include "proto/support/command_error.h"
#include "proto/support/sha256_stream.h"

namespace specrelay {
namespace {

constexpr int64_t kPartBytes = int64_t{256} << 10;

}  // namespace

absl::StatusOr<FileThatCame> ReadInParts(Client& client, const v1::ReadFileRequest& request, const OnPart& on_part) {
  grpc::ClientContext context;
  client.Prepare(context);
  const std::unique_ptr<grpc::ClientReader<v1::ReadFileResponse>> reader = client.stub().ReadFile(&context, request);
  FileThatCame file;
  Sha256Stream digest;
  v1::ReadFileResponse part;
  while (reader->Read(&part)) {
    if (part.has_version()) file.version = part.version();
    digest.Update(part.data());
    file.size_bytes += static_cast<int64_t>(part.data().size());
    if (on_part != nullptr && !on_part(file.size_bytes)) context.TryCancel();
  }
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return FromGrpcStatus(status);
  file.hash = digest.HexDigest();
  return file;
}

absl::StatusOr<v1::WriteFileResponse> WriteInParts(Client& client, const v1::WriteFileStart& start, int64_t size_bytes,
                                                   const PartAt& part_at, const OnPart& on_part) {
  grpc::ClientContext context;
  client.Prepare(context);
  v1::WriteFileResponse response;
  const std::unique_ptr<grpc::ClientWriter<v1::WriteFileRequest>> writer = client.stub().WriteFile(&context, &response);
  v1::WriteFileRequest part;
  *part.mutable_start() = start;
  bool open = writer->Write(part);
  for (int64_t sent = 0; open && sent < size_bytes;) {
    part.set_data(part_at(sent, std::min(kPartBytes, size_bytes - sent)));
    sent += static_cast<int64_t>(part.data().size());
    open = writer->Write(part);
    if (on_part != nullptr && !on_part(sent)) context.TryCancel();
  }
  part.mutable_end();
  if (open) writer->Write(part);
  writer->WritesDone();
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

std::string NoiseAt(int64_t offset, int64_t bytes) {
  std::string noise(static_cast<size_t>(bytes), '\0');
  for (int64_t i = 0; i < bytes; ++i) {
    uint64_t x = static_cast<uint64_t>(offset + i) * 0x9E3779B97F4A7C15ull;
    x ^= x >> 29;
    noise[static_cast<size_t>(i)] = static_cast<char>(x * 0xBF58476D1CE4E5B9ull >> 56);
  }
  return noise;
}

std::string HashOfNoise(int64_t size_bytes) {
  Sha256Stream digest;
  for (int64_t at = 0; at < size_bytes; at += kPartBytes)
    digest.Update(NoiseAt(at, std::min(kPartBytes, size_bytes - at)));
  return digest.HexDigest();
}

}  // namespace specrelay
