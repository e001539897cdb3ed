#include "mcp_agent/mcp/testing/hostile_lines.h"

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "absl/random/random.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kGood[] = {
    R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}})",
    R"({"jsonrpc":"2.0","method":"notifications/initialized"})",
    R"({"jsonrpc":"2.0","id":2,"method":"tools/list","params":{"cursor":"dG9vbHM6MDAwMQ=="}})",
    R"({"jsonrpc":"2.0","id":"a","method":"tools/call","params":{"name":"wait","arguments":{},"_meta":{"progressToken":7}}})",
    R"({"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"spec-status","arguments":{"specName":"trip"}}})",
    R"({"jsonrpc":"2.0","id":4,"method":"tools/call","params":{"name":"approvals","arguments":{"action":"status","approvalId":"approval_1"}}})",
    R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a","reason":"enough"}})",
    R"({"jsonrpc":"2.0","id":5,"method":"resources/read","params":{"uri":"spec-context://specs/trip/design"}})",
    R"({"jsonrpc":"2.0","id":6,"method":"resources/subscribe","params":{"uri":"spec-context://steering/tech"}})",
    R"({"jsonrpc":"2.0","id":7,"method":"prompts/get","params":{"name":"create-spec","arguments":{"specName":"trip"}}})",
    R"({"jsonrpc":"2.0","id":8,"method":"completion/complete","params":{"ref":{"type":"ref/prompt","name":"implement-task"},"argument":{"name":"taskId","value":"1"},"context":{"arguments":{"specName":"trip"}}}})",
    R"({"jsonrpc":"2.0","id":9,"method":"logging/setLevel","params":{"level":"debug"}})",
    R"([{"jsonrpc":"2.0","id":10,"method":"ping"},{"jsonrpc":"2.0","id":11,"method":"prompts/list"}])",
    R"({"jsonrpc":"2.0","id":12,"result":{"roots":[]}})",
};

constexpr const char* kWords[] = {"jsonrpc",
                                  "2.0",
                                  "id",
                                  "method",
                                  "params",
                                  "name",
                                  "arguments",
                                  "uri",
                                  "ref",
                                  "type",
                                  "argument",
                                  "value",
                                  "context",
                                  "cursor",
                                  "level",
                                  "_meta",
                                  "progressToken",
                                  "requestId",
                                  "tools/call",
                                  "tools/list",
                                  "resources/read",
                                  "resources/list",
                                  "resources/templates/list",
                                  "prompts/get",
                                  "prompts/list",
                                  "completion/complete",
                                  "logging/setLevel",
                                  "ping",
                                  "initialize",
                                  "notifications/cancelled",
                                  "ref/prompt",
                                  "ref/resource",
                                  "spec-status",
                                  "wait",
                                  "approvals",
                                  "wait-for-approval",
                                  "action",
                                  "specName",
                                  "approvalId",
                                  "create-spec",
                                  "spec-context://specs/a/tasks",
                                  "../../etc",
                                  "",
                                  "\n",
                                  "\u00e4\U0001F600",
                                  "\u0000"};

const char* Word(absl::BitGenRef random) { return kWords[absl::Uniform<size_t>(random, 0, std::size(kWords))]; }

Json RandomJson(absl::BitGenRef random, int depth) {
  switch (absl::Uniform(random, 0, depth > 0 ? 9 : 7)) {
    case 0:
      return nullptr;
    case 1:
      return absl::Bernoulli(random, 0.5);
    case 2:
      return absl::Uniform<int64_t>(random, -3, 100);
    case 3:
      return absl::Uniform<uint64_t>(random);
    case 4:
      return absl::Uniform(random, -1e300, 1e300);
    case 5:
    case 6:
      return Word(random);
    case 7: {
      Json array = Json::array();
      for (int i = absl::Uniform(random, 0, 5); i > 0; --i) array.push_back(RandomJson(random, depth - 1));
      return array;
    }
    default: {
      Json object = Json::object();
      for (int i = absl::Uniform(random, 0, 6); i > 0; --i) object[Word(random)] = RandomJson(random, depth - 1);
      return object;
    }
  }
}

std::string RandomRequest(absl::BitGenRef random) {
  Json request = {{"jsonrpc", "2.0"}, {"id", RandomJson(random, 0)}, {"method", Word(random)}};
  request["params"] = RandomJson(random, 4);
  return request.dump(-1, ' ', false, Json::error_handler_t::ignore);
}

std::string RandomBytes(absl::BitGenRef random) {
  std::string bytes(absl::Uniform<size_t>(random, 0, 200), '\0');
  for (char& byte : bytes) byte = static_cast<char>(absl::Uniform(random, 0, 256));
  return bytes;
}

std::string Good(absl::BitGenRef random) { return kGood[absl::Uniform<size_t>(random, 0, std::size(kGood))]; }

void Mutate(absl::BitGenRef random, std::string& line) {
  const auto place = absl::Uniform<size_t>(random, 0, line.size() + 1);
  const auto length = absl::Uniform<size_t>(random, 0, 12);
  switch (absl::Uniform(random, 0, 6)) {
    case 0:
      if (place < line.size()) line[place] = static_cast<char>(absl::Uniform(random, 0, 256));
      break;
    case 1:
      line.erase(place, length);
      break;
    case 2:
      line.insert(place, RandomBytes(random).substr(0, length));
      break;
    case 3:
      line.insert(place, line.substr(absl::Uniform<size_t>(random, 0, line.size() + 1), 4 * length));
      break;
    case 4:
      line.insert(place, RandomJson(random, 2).dump(-1, ' ', false, Json::error_handler_t::ignore));
      break;
    default:
      line.insert(place, std::string(length * 20, "[{\"0,"[absl::Uniform(random, 0, 5)]));
      break;
  }
}

}  // namespace

std::string HostileLine(absl::BitGenRef random) {
  const int kind = absl::Uniform(random, 0, 10);
  if (kind == 0) return RandomBytes(random);
  if (kind <= 3) return RandomRequest(random);
  std::string line = Good(random);
  if (kind == 4) return line;
  for (int i = absl::Uniform(random, 1, 4); i > 0; --i) Mutate(random, line);
  return line;
}

}  // namespace specrelay
