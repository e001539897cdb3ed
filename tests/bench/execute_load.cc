#include "tests/bench/execute_load.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "tests/bench/call_load.h"

namespace specrelay {

absl::StatusOr<LoadResult> RunExecuteLoad(Client& client, const v1::ExecuteRequest& request, int in_flight,
                                          absl::Duration time) {
  std::vector<v1::ExecuteResponse> responses(static_cast<size_t>(in_flight));
  const BeginCall begin = [&](int lane, grpc::ClientContext& context, std::function<void(const grpc::Status&)> done) {
    client.Prepare(context);
    client.stub().async()->Execute(&context, &request, &responses[static_cast<size_t>(lane)], std::move(done));
  };
  return RunCallLoad(begin, in_flight, time);
}

}  // namespace specrelay
