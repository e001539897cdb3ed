// `specrelay_ctl exec`, `submit` and `wait`: typed commands from a shell.
#ifndef SPECRELAY_TOOLS_CTL_EXEC_H_
#define SPECRELAY_TOOLS_CTL_EXEC_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "grpcpp/support/status.h"
#include "tools/ctl/options.h"

namespace specrelay {

// `args`: the name of a command. Sends it, waits for its outcome and prints the ExecuteResponse.
//
// Every command gets a request id, a new one unless --request_id gives it, and a failure always names it: when the
// outcome is unknown, the same call with that id is safe.
absl::Status RunExec(const CtlContext& context, const std::vector<std::string>& args);

// The same without waiting; prints the SubmitResponse.
absl::Status RunSubmit(const CtlContext& context, const std::vector<std::string>& args);

// `args`: a request id. Waits until the command has ended and prints its CommandStatus. Fails when the command failed,
// and with DEADLINE_EXCEEDED when it has not ended after --timeout.
absl::Status RunWait(const CtlContext& context, const std::vector<std::string>& args);

// What other calls that send a command share with these.

// The relay's own answer to a passed deadline says more than gRPC's, so it gets time to arrive.
constexpr absl::Duration kDeadlineSlack = absl::Seconds(5);

absl::Status CheckTimeout(const CtlOptions& options);

// --request_id, or a new one.
std::string RequestIdOf(const CtlOptions& options);

// The failure of a call on a connection that stood, with the command named. What the relay says carries details;
// without them gRPC itself gave up, and the command may have been on its way.
absl::Status CallFailure(const grpc::Status& status, const std::string& request_id);

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_EXEC_H_
