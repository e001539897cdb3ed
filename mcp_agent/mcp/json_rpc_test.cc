#include "mcp_agent/mcp/json_rpc.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

RpcEntry ReadOne(absl::string_view line) {
  RpcLine read = ReadRpcLine(line);
  EXPECT_FALSE(read.is_batch);
  EXPECT_EQ(read.entries.size(), 1u);
  return read.entries.front();
}

RpcRefusal Refusal(absl::string_view line) {
  const RpcEntry entry = ReadOne(line);
  EXPECT_TRUE(absl::holds_alternative<RpcRefusal>(entry)) << line;
  return absl::holds_alternative<RpcRefusal>(entry) ? absl::get<RpcRefusal>(entry) : RpcRefusal();
}

TEST(JsonRpcTest, ARequestHasIdMethodAndParameters) {
  for (const char* id : {"1", "-9223372036854775808", "18446744073709551615", R"("a")", R"("")"}) {
    const RpcEntry entry =
        ReadOne(absl::StrCat(R"({"jsonrpc":"2.0","id":)", id, R"(,"method":"m","params":{"x":[1]}})"));
    ASSERT_TRUE(absl::holds_alternative<RpcRequest>(entry)) << id;
    const auto& request = absl::get<RpcRequest>(entry);
    EXPECT_EQ(request.id.dump(), id);
    EXPECT_EQ(request.method, "m");
    EXPECT_EQ(request.params.dump(), R"({"x":[1]})");
  }
}

TEST(JsonRpcTest, ParametersMayBeLeftOut) {
  const RpcEntry entry = ReadOne(R"({"jsonrpc":"2.0","id":1,"method":"m"})");
  EXPECT_TRUE(absl::get<RpcRequest>(entry).params.is_object());
}

TEST(JsonRpcTest, WithoutAnIdItIsANotification) {
  EXPECT_EQ(absl::get<RpcNotification>(ReadOne(R"({"jsonrpc":"2.0","method":"m"})")).method, "m");
}

TEST(JsonRpcTest, AnswersToNothingAreTakenForWhatTheyAre) {
  EXPECT_TRUE(absl::holds_alternative<RpcResponse>(ReadOne(R"({"jsonrpc":"2.0","id":1,"result":{}})")));
  EXPECT_TRUE(absl::holds_alternative<RpcResponse>(ReadOne(R"({"jsonrpc":"2.0","id":null,"error":{"code":1}})")));
}

TEST(JsonRpcTest, WhatIsNoJsonIsAParseError) {
  for (const char* line :
       {"", "x", "{", R"({"jsonrpc":"2.0")", "\xff", "{\"a\":\"\xc3\"}", "nul", "{}{}", "[1,]", "{\"a\":\"\x01\"}"}) {
    const RpcRefusal refusal = Refusal(line);
    EXPECT_EQ(refusal.error.code, RpcErrorCode::kParseError) << line;
    EXPECT_TRUE(refusal.id.is_null());
  }
}

TEST(JsonRpcTest, WhatIsNoMessageIsAnInvalidRequest) {
  for (const char* line :
       {"1", "null", R"("x")", "{}", R"({"jsonrpc":"1.0","id":1,"method":"m"})", R"({"id":1,"method":"m"})",
        R"({"jsonrpc":2.0,"id":1,"method":"m"})", R"({"jsonrpc":"2.0","id":1})",
        R"({"jsonrpc":"2.0","id":1,"method":7})", R"({"jsonrpc":"2.0","id":null,"method":"m"})",
        R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", R"({"jsonrpc":"2.0","id":{},"method":"m"})",
        R"({"jsonrpc":"2.0","id":true,"method":"m"})", R"({"jsonrpc":"2.0","id":1,"method":"m","params":3})", "[]"}) {
    EXPECT_EQ(Refusal(line).error.code, RpcErrorCode::kInvalidRequest) << line;
  }
}

TEST(JsonRpcTest, ARefusalHasTheIdWhereItCanBeTold) {
  EXPECT_EQ(Refusal(R"({"id":5,"method":"m"})").id, 5);
  EXPECT_EQ(Refusal(R"({"jsonrpc":"2.0","id":"a","method":7})").id, "a");
  EXPECT_TRUE(Refusal(R"({"jsonrpc":"2.0","id":1.5,"method":"m"})").id.is_null());
}

TEST(JsonRpcTest, ParametersByPositionAreInvalidParameters) {
  const RpcRefusal refusal = Refusal(R"({"jsonrpc":"2.0","id":1,"method":"m","params":[1]})");
  EXPECT_EQ(refusal.error.code, RpcErrorCode::kInvalidParams);
  EXPECT_EQ(refusal.id, 1);
}

TEST(JsonRpcTest, WhatIsTooLargeIsRefusedBeforeItIsParsed) {
  EXPECT_THAT(Refusal(std::string(kMaxRpcLineBytes + 1, ' ')).error.message, HasSubstr("longer than"));
  const std::string deep = std::string(kMaxRpcDepth + 1, '[') + std::string(kMaxRpcDepth + 1, ']');
  EXPECT_THAT(Refusal(deep).error.message, HasSubstr("nested deeper"));
  std::string wide = "{";
  for (int i = 0; i <= kMaxRpcPairs; ++i) absl::StrAppend(&wide, i == 0 ? "" : ",", "\"k", i, "\":1");
  EXPECT_THAT(Refusal(wide + "}").error.message, HasSubstr("names with values"));
  EXPECT_EQ(
      Refusal(absl::StrCat(R"({"jsonrpc":"2.0","id":")", std::string(kMaxRpcIdBytes + 1, 'a'), R"(","method":"m"})"))
          .error.code,
      RpcErrorCode::kInvalidRequest);
  EXPECT_THAT(Refusal(Json(std::vector<int>(kMaxRpcBatch + 1)).dump()).error.message, HasSubstr("batch"));
}

TEST(JsonRpcTest, ABatchHasItsEntriesEachForItself) {
  const RpcLine read = ReadRpcLine(R"([{"jsonrpc":"2.0","id":1,"method":"m"},7,{"jsonrpc":"2.0","method":"n"}])");
  EXPECT_TRUE(read.is_batch);
  ASSERT_EQ(read.entries.size(), 3u);
  EXPECT_TRUE(absl::holds_alternative<RpcRequest>(read.entries[0]));
  EXPECT_TRUE(absl::holds_alternative<RpcRefusal>(read.entries[1]));
  EXPECT_TRUE(absl::holds_alternative<RpcNotification>(read.entries[2]));
}

TEST(JsonRpcTest, MessagesAreOneLineOfValidUtf8) {
  EXPECT_EQ(ToLine(ResultMessage(1, {{"text", "a\nb"}})), R"({"jsonrpc":"2.0","id":1,"result":{"text":"a\nb"}})");
  EXPECT_EQ(ToLine(ErrorMessage("x", {RpcErrorCode::kBusy, "wait", {{"seconds", 1}}})),
            R"({"jsonrpc":"2.0","id":"x","error":{"code":-32000,"message":"wait","data":{"seconds":1}}})");
  EXPECT_EQ(ToLine(NotificationMessage("n", Json::object())), R"({"jsonrpc":"2.0","method":"n"})");
  EXPECT_EQ(ToLine(Json("\xff")), "\"\xEF\xBF\xBD\"");
}

}  // namespace
}  // namespace specrelay
