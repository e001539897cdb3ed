// A feature of the server on the sample project, for tests.
#ifndef SPECRELAY_MCP_AGENT_MCP_TESTING_FEATURE_FIXTURE_H_
#define SPECRELAY_MCP_AGENT_MCP_TESTING_FEATURE_FIXTURE_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "mcp_agent/mcp/active_call.h"
#include "mcp_agent/mcp/feature.h"
#include "mcp_agent/mcp/testing/recording_sink.h"
#include "mcp_agent/mcp/testing/tool_fixture.h"
#include "nlohmann/json.hpp"

namespace specrelay {

class FeatureFixture : public ToolFixture {
 protected:
  using Json = nlohmann::ordered_json;

  // The message that answers the request, of a method that answers at once.
  Json Ask(Feature& feature, const std::string& method, const Json& params,
           ProtocolVersion version = kNewestProtocolVersion) {
    Methods methods;
    feature.AddMethods(methods);
    Json answer;
    const auto call = std::make_shared<ActiveCall>(absl::StrCat("call-", ++calls_), 1, params, version, sink_,
                                                   [&](absl::optional<Json> message) { answer = *std::move(message); });
    methods.at(method)(params, call, [call](RpcReply reply) { call->Answer(std::move(reply)); });
    return answer;
  }

  RecordingSink sink_;

 private:
  int calls_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TESTING_FEATURE_FIXTURE_H_
