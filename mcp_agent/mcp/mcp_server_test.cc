#include "mcp_agent/mcp/mcp_server.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mcp_agent/link/worker_pool.h"
#include "mcp_agent/mcp/testing/recording_sink.h"

namespace specrelay {
namespace {

using testing::HasSubstr;
using Json = nlohmann::ordered_json;

// A method that answers at once, one that waits until it is cancelled or released, one that throws.
class TestFeature final : public Feature {
 public:
  void AddMethods(Methods& methods) override {
    methods["test/echo"] = [](const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) {
      respond(Json{{"echo", params}, {"version", std::string(ProtocolVersionName(call->version()))}});
    };
    methods["test/wait"] = [this](const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) {
      call->ReportProgress(1, 2, "waiting");
      call->ReportProgress(1, 2, "no further");
      auto shared = std::make_shared<Respond>(std::move(respond));
      call->OnCancel([shared] { (*shared)(Json{{"ended", true}}); });
      absl::MutexLock lock(&mu_);
      waiting_.push_back({shared, call});
    };
    methods["test/throw"] = [](const Json& params, const std::shared_ptr<ActiveCall>& call, Respond respond) {
      respond(Json{{"text", params.at("text").get<std::string>()}});
    };
  }
  void Declare(ProtocolVersion version, Json& capabilities) const override { capabilities["test"] = Json::object(); }

  // Answers the call that waits longest.
  void Release() {
    Waiting first;
    {
      absl::MutexLock lock(&mu_);
      const auto one_waits = [this] {
        mu_.AssertReaderHeld();
        return !waiting_.empty();
      };
      mu_.Await(absl::Condition(&one_waits));
      first = waiting_.front();
      waiting_.erase(waiting_.begin());
    }
    (*first.respond)(Json{{"released", true}});
    first.call->ReportProgress(2, 2, "too late");
  }

  void AwaitWaiting(size_t count) {
    absl::MutexLock lock(&mu_);
    const auto so_many = [&] {
      mu_.AssertReaderHeld();
      return waiting_.size() >= count;
    };
    mu_.Await(absl::Condition(&so_many));
  }

 private:
  struct Waiting {
    std::shared_ptr<Respond> respond;
    std::shared_ptr<ActiveCall> call;
  };
  absl::Mutex mu_;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mu_);
};

class McpServerTest : public testing::Test {
 protected:
  ~McpServerTest() override {
    server_.EndWaits();
    EXPECT_TRUE(server_.WaitIdle(absl::Seconds(60)));
  }

  static McpServerOptions Options() {
    McpServerOptions options;
    options.name = "specrelay";
    options.title = "SpecRelay";
    options.description = "what it is";
    options.version = "1.2.3";
    options.instructions = "what to do";
    options.call_prefix = "call";
    options.max_calls = 4;
    return options;
  }

  void Send(const std::string& line) { server_.OnLine(line); }
  Json Ask(const std::string& line) {
    Send(line);
    return sink_.Next();
  }
  void Request(const std::string& id, const std::string& method, const std::string& params = "{}") {
    Send(absl::StrCat(R"({"jsonrpc":"2.0","id":)", id, R"(,"method":")", method, R"(","params":)", params, "}"));
  }
  Json Initialize(const std::string& version = "2025-11-25") {
    Request("0", "initialize",
            absl::StrCat(R"({"protocolVersion":")", version,
                         R"(","capabilities":{},"clientInfo":{"name":"claude","version":"9"}})"));
    Json answer = sink_.Next();
    Send(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
    return answer["result"];
  }
  int NextErrorCode() { return sink_.Next()["error"]["code"].get<int>(); }

  const SystemClock clock_{};
  RecordingSink sink_;
  TestFeature feature_;
  std::string client_;
  WorkerPool workers_;
  McpServer server_{[this] {
                      McpServerOptions options = Options();
                      options.on_initialize = [this](absl::string_view client) { client_ = std::string(client); };
                      return options;
                    }(),
                    {sink_, workers_, clock_, {&feature_}}};
};

TEST_F(McpServerTest, AgreesOnEachVersionThatItKnows) {
  for (const char* version : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    McpServer server(Options(), {sink_, workers_, clock_, {&feature_}});
    server.OnLine(absl::StrCat(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":")",
                               version, R"("}})"));
    EXPECT_EQ(sink_.Next()["result"]["protocolVersion"], version);
  }
}

TEST_F(McpServerTest, OffersTheNewestVersionToAClientWithAnother) {
  EXPECT_EQ(Initialize("2031-01-01")["protocolVersion"], "2025-11-25");
}

TEST_F(McpServerTest, IntroducesItselfAsTheVersionHasIt) {
  const Json newest = Initialize();
  EXPECT_EQ(newest["serverInfo"].dump(),
            R"({"name":"specrelay","title":"SpecRelay","version":"1.2.3","description":"what it is"})");
  EXPECT_EQ(newest["capabilities"].dump(), R"({"logging":{},"test":{}})");
  EXPECT_EQ(newest["instructions"], "what to do");
  EXPECT_EQ(client_, "claude 9");
  McpServer oldest(Options(), {sink_, workers_, clock_, {}});
  oldest.OnLine(R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2024-11-05"}})");
  EXPECT_EQ(sink_.Next()["result"]["serverInfo"].dump(), R"({"name":"specrelay","version":"1.2.3"})");
}

TEST_F(McpServerTest, BeforeInitializeThereIsPingAndNothingElse) {
  Request("1", "ping");
  EXPECT_EQ(sink_.Next().dump(), R"({"jsonrpc":"2.0","id":1,"result":{}})");
  for (const char* method : {"test/echo", "logging/setLevel", "nonsense"}) {
    Request("2", method);
    EXPECT_EQ(NextErrorCode(), -32600) << method;
  }
  Request("3", "initialize", "{}");
  EXPECT_EQ(NextErrorCode(), -32602) << "no version";
  EXPECT_EQ(Initialize()["protocolVersion"], "2025-11-25") << "it can be mended";
  Request("4", "initialize", R"({"protocolVersion":"2025-11-25"})");
  EXPECT_EQ(NextErrorCode(), -32600) << "only once";
}

TEST_F(McpServerTest, EveryMistakeGetsItsErrorAndTheServerLivesOn) {
  Initialize();
  EXPECT_EQ(Ask("nonsense")["error"]["code"], -32700);
  EXPECT_EQ(Ask("{}")["error"]["code"], -32600);
  Request("1", "no/such/method");
  EXPECT_EQ(NextErrorCode(), -32601);
  Request("2", "test/throw", R"({"text":7})");
  EXPECT_EQ(NextErrorCode(), -32603);
  server_.OnTooLongLine();
  EXPECT_EQ(NextErrorCode(), -32600);
  Send("  \r");
  Send(R"({"jsonrpc":"2.0","method":"notifications/unknown"})");
  Send(R"({"jsonrpc":"2.0","id":9,"result":{}})");
  Request("3", "test/echo", R"({"a":1})");
  EXPECT_EQ(sink_.Next()["result"]["echo"].dump(), R"({"a":1})");
  EXPECT_TRUE(sink_.empty());
}

TEST_F(McpServerTest, ACallThatWaitsHoldsUpNoOther) {
  Initialize();
  Request(R"("w")", "test/wait");
  feature_.AwaitWaiting(1);
  Request("1", "test/echo");
  EXPECT_EQ(sink_.Next()["id"], 1);
  feature_.Release();
  EXPECT_EQ(sink_.Next().dump(), R"({"jsonrpc":"2.0","id":"w","result":{"released":true}})");
}

TEST_F(McpServerTest, ReportsProgressToThoseWhoAskedForItAndNeverAfterTheAnswer) {
  Initialize();
  Request("1", "test/wait", R"({"_meta":{"progressToken":"t"}})");
  EXPECT_EQ(sink_.Next().dump(), R"({"jsonrpc":"2.0","method":"notifications/progress",)"
                                 R"("params":{"progressToken":"t","progress":1.0,"total":2.0,"message":"waiting"}})");
  feature_.Release();
  EXPECT_EQ(sink_.Next()["id"], 1);
  EXPECT_TRUE(sink_.empty());
}

TEST_F(McpServerTest, ACallThatIsTakenBackGetsNoAnswerAndFreesItsId) {
  Initialize();
  Request("1", "test/wait");
  feature_.AwaitWaiting(1);
  Send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}})");
  Send(R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}})");
  Send(R"({"jsonrpc":"2.0","method":"notifications/cancelled"})");
  Request("1", "test/echo");
  EXPECT_TRUE(sink_.Next()["result"].contains("echo"));
  EXPECT_TRUE(sink_.empty());
}

TEST_F(McpServerTest, AnIdUnderWayIsNotTakenTwice) {
  Initialize();
  Request("1", "test/wait");
  Request("1", "test/echo");
  const Json refusal = sink_.Next();
  EXPECT_TRUE(refusal["id"].is_null());
  EXPECT_EQ(refusal["error"]["code"], -32600);
  Request(R"("1")", "test/echo");
  EXPECT_EQ(sink_.Next()["id"], "1") << "a text is no number";
}

TEST_F(McpServerTest, TooManyCallsAtOnceAreRefusedWithWhatToDo) {
  Initialize();
  for (int i = 1; i <= 4; ++i) Request(absl::StrCat(i), "test/wait");
  Request("5", "test/echo");
  const Json refusal = sink_.Next();
  EXPECT_EQ(refusal["id"], 5);
  EXPECT_EQ(refusal["error"]["code"], -32000);
  EXPECT_THAT(refusal["error"]["message"].get<std::string>(), HasSubstr("cancel waits"));
  feature_.Release();
  EXPECT_EQ(sink_.Next()["result"]["released"], true);
}

TEST_F(McpServerTest, EndingWaitsAnswersThem) {
  Initialize();
  Request("1", "test/wait");
  feature_.AwaitWaiting(1);
  server_.EndWaits();
  EXPECT_TRUE(server_.WaitIdle(absl::Seconds(60)));
  EXPECT_EQ(sink_.Next()["result"]["ended"], true);
}

TEST_F(McpServerTest, BatchesExistInOneVersionOnly) {
  constexpr char kBatch[] =
      R"([{"jsonrpc":"2.0","id":1,"method":"test/echo"},{"jsonrpc":"2.0","id":2,"method":"ping"},)"
      R"({"jsonrpc":"2.0","method":"n"},3])";
  EXPECT_EQ(Ask(kBatch)["error"]["code"], -32600) << "before initialize";
  Initialize("2025-03-26");
  const Json answers = Ask(kBatch);
  ASSERT_TRUE(answers.is_array());
  EXPECT_EQ(answers.size(), 3u);
  Send(R"([{"jsonrpc":"2.0","method":"n"}])");
  Request("9", "ping");
  EXPECT_EQ(sink_.Next()["id"], 9) << "nothing answers notifications alone";
}

TEST_F(McpServerTest, NewerVersionsRefuseBatches) {
  Initialize("2025-06-18");
  EXPECT_EQ(Ask(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}])")["error"]["code"], -32600);
}

TEST_F(McpServerTest, LogsAtTheLevelThatTheClientWants) {
  server_.Say(ClientLogLevel::kError, "relay", "before anyone listens");
  Initialize();
  server_.Say(ClientLogLevel::kInfo, "relay", "connected");
  EXPECT_EQ(sink_.Next()["params"].dump(), R"({"level":"info","logger":"relay","data":"connected"})");
  Request("1", "logging/setLevel", R"({"level":"error"})");
  EXPECT_EQ(sink_.Next()["result"].dump(), "{}");
  server_.Say(ClientLogLevel::kWarning, "relay", "not wanted");
  EXPECT_TRUE(sink_.empty());
  Request("2", "logging/setLevel", R"({"level":"loud"})");
  EXPECT_EQ(NextErrorCode(), -32602);
  for (int i = 0; i < 1000; ++i) server_.Say(ClientLogLevel::kEmergency, "relay", "flood");
  int sent = 0;
  for (; !sink_.empty(); ++sent) sink_.Next();
  EXPECT_LE(sent, 2 * ClientLog::kBurst);
}

TEST_F(McpServerTest, NotifiesOnlyAClientThatIsReady) {
  server_.Notify("notifications/resources/list_changed", Json::object());
  EXPECT_TRUE(sink_.empty());
  Initialize();
  server_.Notify("notifications/resources/list_changed", Json::object());
  EXPECT_EQ(sink_.Next()["method"], "notifications/resources/list_changed");
}

}  // namespace
}  // namespace specrelay
