#include "mcp_agent/mcp/tool_feature.h"

#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/mcp/testing/recording_sink.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

class Greeter final : public Tool {
 public:
  explicit Greeter(std::string name) {
    info_.name = std::move(name);
    info_.title = "Greeter";
    info_.description = "Greets";
    info_.input_schema = Json::parse(
        R"({"type":"object","properties":{"who":{"type":"string"}},"required":["who"],"additionalProperties":false})");
    info_.output_schema = Json::parse(R"({"type":"object","properties":{"greeting":{"type":"string"}}})");
    info_.annotations.read_only = true;
  }

  const ToolInfo& info() const override { return info_; }

  void Call(const Json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) override {
    const auto who = arguments["who"].get<std::string>();
    if (who == "nobody") return receive(absl::NotFoundError("nobody is there; greet somebody"));
    receive(ToolAnswer{"Hello " + who, {{"greeting", "Hello " + who}}, {{"spec-context://x", "x", "text/markdown"}}});
  }

 private:
  ToolInfo info_;
};

class ToolFeatureTest : public testing::Test {
 protected:
  ToolFeatureTest() : feature_(MakeTools()) { feature_.AddMethods(methods_); }

  static Tools MakeTools() {
    Tools tools;
    tools.push_back(std::make_unique<Greeter>("zebra"));
    tools.push_back(std::make_unique<Greeter>("ant"));
    return tools;
  }

  // The message that answers the request.
  Json Ask(const std::string& method, const Json& params, ProtocolVersion version = ProtocolVersion::k2025_11_25) {
    Json answer;
    const auto call = std::make_shared<ActiveCall>("id", 1, params, version, sink_,
                                                   [&](absl::optional<Json> message) { answer = *message; });
    methods_[method](params, call, [call](RpcReply reply) { call->Answer(std::move(reply)); });
    return answer;
  }

  Json Call(const Json& arguments, ProtocolVersion version = ProtocolVersion::k2025_11_25) {
    return Ask("tools/call", {{"name", "ant"}, {"arguments", arguments}}, version)["result"];
  }

  RecordingSink sink_;
  ToolFeature feature_;
  Methods methods_;
};

TEST_F(ToolFeatureTest, ListsToolsInTheirOrderWithWhatTheVersionHas) {
  const Json newest = Ask("tools/list", Json::object())["result"]["tools"];
  EXPECT_EQ(newest[0]["name"], "zebra");
  EXPECT_EQ(newest[1]["name"], "ant");
  EXPECT_EQ(newest[0]["title"], "Greeter");
  EXPECT_EQ(newest[0]["outputSchema"]["type"], "object");
  EXPECT_EQ(newest[0]["annotations"]["readOnlyHint"], true);
  const Json march = Ask("tools/list", Json::object(), ProtocolVersion::k2025_03_26)["result"]["tools"][0];
  EXPECT_FALSE(march.contains("outputSchema"));
  EXPECT_EQ(march["annotations"]["title"], "Greeter");
  const Json oldest = Ask("tools/list", Json::object(), ProtocolVersion::k2024_11_05)["result"]["tools"][0];
  EXPECT_EQ(oldest.size(), 3u) << oldest;
}

TEST_F(ToolFeatureTest, AnswersWithTextAndWithWhatTheVersionHasBesideIt) {
  const Json newest = Call({{"who", "Ann"}});
  EXPECT_EQ(newest["content"][0].dump(), R"({"type":"text","text":"Hello Ann"})");
  EXPECT_EQ(newest["content"][1]["type"], "resource_link");
  EXPECT_EQ(newest["structuredContent"]["greeting"], "Hello Ann");
  EXPECT_EQ(newest["isError"], false);
  const Json oldest = Call({{"who", "Ann"}}, ProtocolVersion::k2025_03_26);
  EXPECT_EQ(oldest.dump(), R"({"content":[{"type":"text","text":"Hello Ann"}],"isError":false})");
}

TEST_F(ToolFeatureTest, WhatTheToolRefusesIsAResultForTheModel) {
  const Json failed = Call({{"who", "nobody"}});
  EXPECT_EQ(failed["isError"], true);
  EXPECT_FALSE(failed.contains("structuredContent"));
  EXPECT_EQ(failed["content"][0]["text"], "nobody is there; greet somebody");
  const Json misfit = Call({{"whom", "Ann"}});
  EXPECT_EQ(misfit["isError"], true);
  EXPECT_THAT(misfit["content"][0]["text"].get<std::string>(), HasSubstr("\"who\" is missing"));
}

TEST_F(ToolFeatureTest, WhatIsNoCallIsAnErrorOfTheProtocol) {
  for (const Json& params :
       {Json{{"name", "bee"}}, Json{{"name", 7}}, Json::object(), Json{{"name", "ant"}, {"arguments", "text"}}}) {
    EXPECT_EQ(Ask("tools/call", params)["error"]["code"], -32602) << params;
  }
  EXPECT_EQ(Ask("tools/list", {{"cursor", "x"}})["error"]["code"], -32602);
}

}  // namespace
}  // namespace specrelay
