#include "mcp_agent/commands/command_digest.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "proto/support/digest.h"

namespace specrelay {

std::string CommandDigest(const v1::Command& command) {
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    // Without it, the entries of maps come in any order.
    coded.SetSerializationDeterministic(true);
    command.SerializeToCodedStream(&coded);
  }
  return Sha256(bytes);
}

}  // namespace specrelay
