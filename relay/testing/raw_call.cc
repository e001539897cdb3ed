#include "relay/testing/raw_call.h"

#include <chrono>

#include "absl/strings/str_cat.h"
#include "grpcpp/generic/generic_stub.h"

namespace specrelay {
namespace {

// Waits for the operation that was begun last; false when it failed.
bool Next(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  return queue.Next(&tag, &ok) && ok;
}

std::string ToString(const grpc::ByteBuffer& bytes) {
  std::vector<grpc::Slice> slices;
  std::string text;
  if (bytes.Dump(&slices).ok()) {
    for (const grpc::Slice& slice : slices) text.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return text;
}

}  // namespace

RawResult RawCall(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::vector<std::string>& requests, absl::string_view key, bool half_close) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  if (!key.empty()) context.AddMetadata("authorization", absl::StrCat("Bearer ", key));
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(&context, method, &queue);
  call->StartCall(nullptr);
  bool ok = Next(queue);
  for (const std::string& request : requests) {
    if (!ok) break;
    const grpc::Slice slice(request);
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    ok = Next(queue);
  }
  if (ok && half_close) {
    call->WritesDone(nullptr);
    Next(queue);
  }
  RawResult result;
  grpc::ByteBuffer response;
  for (call->Read(&response, nullptr); Next(queue); call->Read(&response, nullptr)) {
    result.responses.push_back(ToString(response));
  }
  call->Finish(&result.status, nullptr);
  Next(queue);
  queue.Shutdown();
  void* tag = nullptr;
  bool ignored = false;
  while (queue.Next(&tag, &ignored)) {
  }
  return result;
}

}  // namespace specrelay
