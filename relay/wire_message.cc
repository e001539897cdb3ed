#include "relay/wire_message.h"

#include "absl/strings/str_cat.h"
#include "grpcpp/impl/codegen/proto_utils.h"

namespace specrelay {

using google::protobuf::Message;

absl::Status ParseMessage(const grpc::ByteBuffer& bytes, Message& message) {
  // A call may end without having sent its message; that is as good as one without fields.
  if (!bytes.Valid()) return absl::OkStatus();
  grpc::ByteBuffer alias = bytes;  // shares the bytes; the reader wants a handle that it may change
  if (grpc::SerializationTraits<Message>::Deserialize(&alias, &message).ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("what was sent is no valid ", message.GetDescriptor()->full_name(),
                                                 ": its encoding is damaged, or a string in it is not UTF-8"));
}

grpc::ByteBuffer SerializeMessage(const Message& message) {
  grpc::ByteBuffer bytes;
  bool own_buffer = false;
  grpc::SerializationTraits<Message>::Serialize(message, &bytes, &own_buffer);
  return bytes;
}

}  // namespace specrelay
