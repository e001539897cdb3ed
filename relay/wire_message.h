// Messages to and from the bytes that gRPC carries.
//
// The services take bytes instead of messages because gRPC itself answers a malformed message with UNIMPLEMENTED and no
// text, and makes a malformed frame of a stream look like its end.
#ifndef SPECRELAY_RELAY_WIRE_MESSAGE_H_
#define SPECRELAY_RELAY_WIRE_MESSAGE_H_

#include "absl/status/status.h"
#include "google/protobuf/message.h"
#include "grpcpp/support/byte_buffer.h"

namespace specrelay {

// Reads `bytes` into `message`. INVALID_ARGUMENT, naming the type, when they are no such message or a string in them is
// not UTF-8.
absl::Status ParseMessage(const grpc::ByteBuffer& bytes, google::protobuf::Message& message);

// `message` as bytes of their own.
grpc::ByteBuffer SerializeMessage(const google::protobuf::Message& message);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_WIRE_MESSAGE_H_
