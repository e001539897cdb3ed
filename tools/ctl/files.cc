#include "tools/ctl/files.h"

#include <istream>
#include <memory>
#include <ostream>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/sha256_stream.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"
#include "specrelay/v1/relay.pb.h"
#include "tools/ctl/exec.h"
#include "tools/ctl/output.h"
#include "tools/ctl/relay_client.h"

namespace specrelay {
namespace {

constexpr size_t kPartBytes = size_t{256} << 10;

absl::Status CheckArguments(const CtlContext& context, const std::vector<std::string>& args) {
  if (args.size() != 1 || args[0].empty()) {
    return UsageError("give exactly one path, relative to the project's .spec-context directory");
  }
  if (context.options.project.empty()) return UsageError("--project=ID is needed; specrelay_ctl projects lists them");
  return CheckTimeout(context.options);
}

// The next part of the input, empty at its end.
std::string NextPart(std::istream& in) {
  std::string part(kPartBytes, '\0');
  in.read(part.data(), static_cast<std::streamsize>(part.size()));
  part.resize(static_cast<size_t>(in.gcount()));
  return part;
}

v1::WriteFileStart StartOf(const CtlOptions& options, const std::string& path) {
  v1::WriteFileStart start;
  start.set_project_id(options.project);
  start.set_request_id(RequestIdOf(options));
  *start.mutable_timeout() = ToProto(options.timeout);
  start.mutable_file()->set_path(path);
  if (options.base_hash == "none") {
    start.mutable_file()->set_base_hash("");
  } else if (options.base_hash != "any") {
    start.mutable_file()->set_base_hash(options.base_hash);
  }
  return start;
}

// Sends the whole input, as long as it is taken. Its hash.
std::string SendInput(const CtlContext& context, const v1::WriteFileStart& start,
                      grpc::ClientWriter<v1::WriteFileRequest>& writer) {
  v1::WriteFileRequest request;
  *request.mutable_start() = start;
  bool open = writer.Write(request);
  Sha256Stream digest;
  for (std::string part = NextPart(context.in); !part.empty(); part = NextPart(context.in)) {
    digest.Update(part);
    request.set_data(std::move(part));
    open = open && writer.Write(request);
  }
  request.mutable_end()->set_hash(digest.HexDigest());
  // An input that broke off is not the whole content.
  if (open && !context.in.bad()) writer.Write(request);
  writer.WritesDone();
  return digest.HexDigest();
}

}  // namespace

absl::Status RunRead(const CtlContext& context, const std::vector<std::string>& args) {
  RETURN_IF_ERROR(CheckArguments(context, args));
  ASSIGN_OR_RETURN(const auto client, ConnectToRelay(context.options));
  v1::ReadFileRequest request;
  request.set_project_id(context.options.project);
  request.set_request_id(context.options.request_id);
  *request.mutable_timeout() = ToProto(context.options.timeout);
  request.mutable_file()->set_path(args[0]);
  const auto call = client->NewContext(context.options.timeout + kDeadlineSlack);
  const auto reader = client->stub().ReadFile(call.get(), request);
  v1::ReadFileResponse part;
  while (reader->Read(&part)) {
    context.out.write(part.data().data(), static_cast<std::streamsize>(part.data().size()));
    if (!context.out) call->TryCancel();
  }
  RETURN_IF_ERROR(FromGrpcStatus(reader->Finish()));
  context.out.flush();
  return context.out ? absl::OkStatus() : absl::DataLossError("the output did not take all of the file");
}

absl::Status RunWrite(const CtlContext& context, const std::vector<std::string>& args) {
  RETURN_IF_ERROR(CheckArguments(context, args));
  ASSIGN_OR_RETURN(const auto client, ConnectToRelay(context.options));
  const v1::WriteFileStart start = StartOf(context.options, args[0]);
  v1::WriteFileResponse response;
  const auto call = client->NewContext(context.options.timeout + kDeadlineSlack);
  const auto writer = client->stub().WriteFile(call.get(), &response);
  const std::string hash = SendInput(context, start, *writer);
  const grpc::Status status = writer->Finish();
  if (!status.ok()) return CallFailure(status, start.request_id());
  // The answer to an id that is known does not wait for the content.
  if (const std::string& written = response.file().version().hash(); written != hash) {
    return absl::InvalidArgumentError(absl::StrCat("the request id ", start.request_id(),
                                                   " was used before, for content with the hash ", written,
                                                   "; nothing was written now: choose another --request_id"));
  }
  return PrintMessage(context.out, response);
}

}  // namespace specrelay
