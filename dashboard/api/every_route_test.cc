// What holds for each route, whatever it is about.

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "dashboard/api/testing/api_harness.h"
#include "dashboard/openapi/testing/schema_check.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using ::testing::HasSubstr;

// The route's path with parameters that name something.
std::string TargetOf(const Route& route) {
  std::string target = absl::StrReplaceAll(route.pattern, {{"{projectId}", "p1"},
                                                           {"{action}", "approve"},
                                                           {"{approvalId}", "a1"},
                                                           {"{questionId}", "q1"},
                                                           {"{version}", "1"},
                                                           {"{taskId}", "2"},
                                                           {"{jobId}", "j1"},
                                                           {"{requestId}", "r1"},
                                                           {"{name}", "user-auth"}});
  const bool steering = absl::StrContains(target, "/steering/");
  target = absl::StrReplaceAll(target, {{"{document}", steering ? "tech" : "design"}});
  return absl::StrContains(target, "/files") ? target + "?path=a.md" : target;
}

// Something that no schema with the type of `value` allows.
Json OfAnotherType(const Json& value) { return value.is_number() ? Json("seven") : Json(7); }

class EveryRouteTest : public testing::Test {
 protected:
  // Calls `check` with each route that needs a body, and a body that it takes.
  template <typename Check>
  void ForEachBody(const Check& check) {
    int count = 0;
    for (const Route& route : api_.routes) {
      if (route.request_schema.empty() || absl::StrContains(route.request_schema, "/Nothing")) continue;
      SCOPED_TRACE(absl::StrCat(route.method, " ", route.pattern));
      const Schema schema = Schema::parse(route.request_schema);
      check(route, TargetOf(route), ExampleOf(schema, api_.document), Resolved(schema));
      ++count;
    }
    EXPECT_GE(count, 14);
  }

  const Schema& Resolved(const Schema& schema) const {
    return api_.document[Schema::json_pointer(schema["$ref"].get<std::string>().substr(1))];
  }

  ApiHarness api_;
};

TEST_F(EveryRouteTest, TakesTheBodyThatItDescribesAndIgnoresWhatItDoesNotKnow) {
  api_.Connect("p1", AnswersEmpty());
  ForEachBody([this](const Route& route, const std::string& target, Json body, const Schema&) {
    if (absl::EndsWith(route.pattern, "/resolve")) return;  // of a conflict, and there is none
    EXPECT_EQ(api_.Call(route.method, target, body.dump()).status, 200);
    body["fieldOfALaterVersion"] = {{"x", 1}};
    EXPECT_EQ(api_.Call(route.method, target, body.dump()).status, 200);
  });
}

TEST_F(EveryRouteTest, RefusesABodyThatIsNoJsonObject) {
  api_.Connect("p1", AnswersEmpty());
  const std::string deep = absl::StrCat(R"({"content":)", std::string(100, '['), std::string(100, ']'), "}");
  ForEachBody([&](const Route& route, const std::string& target, const Json&, const Schema&) {
    for (const std::string& body : {std::string("{"), std::string("[1]"), std::string("\"text\""), std::string("7"),
                                    std::string("{\"content\":\"\xff\"}"), std::string(1, '\0'), deep}) {
      EXPECT_EQ(api_.Call(route.method, target, body).status, 400) << body;
    }
  });
}

TEST_F(EveryRouteTest, RefusesABodyThatLacksARequiredField) {
  api_.Connect("p1", AnswersEmpty());
  ForEachBody([this](const Route& route, const std::string& target, const Json& body, const Schema& schema) {
    if (!schema.contains("required")) return;
    for (const Schema& field : schema["required"]) {
      Json lacking = body;
      lacking.erase(field.get<std::string>());
      const ApiAnswer answer = api_.Call(route.method, target, lacking.dump());
      EXPECT_EQ(answer.status, 400) << field;
      lacking[field.get<std::string>()] = nullptr;
      EXPECT_EQ(api_.Call(route.method, target, lacking.dump()).status, 400) << field << " is null";
    }
  });
}

TEST_F(EveryRouteTest, RefusesAFieldOfAnotherTypeAndNamesIt) {
  api_.Connect("p1", AnswersEmpty());
  ForEachBody([this](const Route& route, const std::string& target, const Json& body, const Schema&) {
    for (const auto& [field, value] : body.items()) {
      Json wrong = body;
      wrong[field] = OfAnotherType(value);
      const ApiAnswer answer = api_.Call(route.method, target, wrong.dump());
      EXPECT_EQ(answer.status, 400) << field;
      EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr(field));
    }
  });
}

TEST_F(EveryRouteTest, OfAnUnknownProjectIsNotFound) {
  api_.Connect("another", AnswersEmpty());
  for (const Route& route : api_.routes) {
    if (!absl::StrContains(route.pattern, "{projectId}")) continue;
    const std::string body =
        route.request_schema.empty() ? "" : ExampleOf(Schema::parse(route.request_schema), api_.document).dump();
    EXPECT_EQ(api_.Call(route.method, TargetOf(route), body).status, 404) << route.method << " " << route.pattern;
  }
}

TEST_F(EveryRouteTest, OfAProjectWithoutAnAgentQueuesWritesAndSaysOfReadsThatItIsOffline) {
  api_.Disconnect(api_.Connect("p1", AnswersEmpty()));
  for (const Route& route : api_.routes) {
    const bool of_a_machine = absl::StartsWith(route.pattern, "/api/jobs");
    if (!absl::StrContains(route.pattern, "{projectId}/") && !of_a_machine) continue;
    // The server answers for its queue, and a command says itself whether it waits.
    if (absl::EndsWith(route.pattern, "/queue") || absl::EndsWith(route.pattern, "/commands")) continue;
    api_.request_id = absl::StrCat(route.method, route.pattern);
    const std::string body =
        route.request_schema.empty() ? "" : ExampleOf(Schema::parse(route.request_schema), api_.document).dump();
    const ApiAnswer answer = api_.Call(route.method, TargetOf(route), body);
    if (answer.status == 202) {
      EXPECT_NE(route.method, "GET") << route.pattern;
      EXPECT_EQ(answer.json["requestId"], api_.request_id);
      EXPECT_EQ(answer.json["state"], "QUEUED");
      EXPECT_EQ(answer.json["durability"], "MEMORY");
      continue;
    }
    EXPECT_EQ(answer.status, 503) << route.method << " " << route.pattern;
    EXPECT_EQ(answer.json["offline"], true) << route.method << " " << route.pattern;
    EXPECT_THAT(answer.json["error"].get<std::string>(), HasSubstr("start it on the developer's machine"));
  }
}

TEST_F(EveryRouteTest, ThatReadsIsForViewersAndThatWritesForUsers) {
  for (const Route& route : api_.routes) {
    // The relay decides what the key may do: the command may be any.
    if (absl::EndsWith(route.pattern, "/commands")) continue;
    if (route.pattern == "/api/keys" || route.pattern == "/api/agents") {
      EXPECT_EQ(route.access, Access::kAdmin);
    } else {
      EXPECT_EQ(route.access, route.method == "GET" ? Access::kViewer : Access::kUser) << route.pattern;
    }
  }
}

}  // namespace
}  // namespace specrelay
