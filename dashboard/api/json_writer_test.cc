#include "dashboard/api/json_writer.h"

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "dashboard/api/json_values.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

TEST(JsonWriterTest, WritesNestedObjectsAndArraysWithTheirCommas) {
  JsonWriter json;
  json.BeginObject().Key("a").Integer(1).Key("b").BeginArray().Text("x").Bool(true).Null().EndArray();
  json.Key("c").BeginObject().EndObject().Key("d").BeginArray().EndArray();
  json.Key("e").BeginArray().BeginObject().EndObject().BeginObject().Key("f").Bool(false).EndObject().EndArray();
  EXPECT_EQ(json.EndObject().Take(), R"({"a":1,"b":["x",true,null],"c":{},"d":[],"e":[{},{"f":false}]})");
}

TEST(JsonWriterTest, EveryTextIsWhatJsonTextMakesOfIt) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte.push_back(static_cast<char>(byte));
  const std::string texts[] = {"",
                               "plain",
                               "[{:",
                               "\\",
                               "\"",
                               "a\nb\tc\r\b\f",
                               std::string("a\0b", 3),
                               "größe 文 😀",
                               "broken \xC3",
                               "\xFF\xFE",
                               every_byte.substr(0, 128),
                               every_byte};
  for (const std::string& text : texts) {
    EXPECT_EQ(JsonWriter().BeginArray().Text(text).Text(text).EndArray().Take(), JsonText(Json::array({text, text})));
  }
}

TEST(JsonWriterTest, EveryNumberIsWhatJsonTextMakesOfIt) {
  for (const double number : {0.0, -0.0, 1.0, -3.0, 0.5, 100.0 / 3, 1e15, 1e16, 1e300, 9007199254740993.0,
                              std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(JsonWriter().Number(number).Take(), JsonText(NumberJson(number))) << number;
  }
  EXPECT_EQ(JsonWriter().Integer(std::numeric_limits<int64_t>::min()).Take(), "-9223372036854775808");
}

TEST(JsonWriterTest, WritesTimesAsJsonValuesDo) {
  google::protobuf::Timestamp time;
  time.set_seconds(1'700'000'000);
  time.set_nanos(305'999'999);
  EXPECT_EQ(JsonWriter().Time(time).Take(), R"("2023-11-14T22:13:20.305Z")");
}

}  // namespace
}  // namespace specrelay
