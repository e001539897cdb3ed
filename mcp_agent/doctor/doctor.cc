#include "mcp_agent/doctor/doctor.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "mcp_agent/doctor/grpc_relay_probe.h"
#include "mcp_agent/doctor/inotify_checks.h"
#include "mcp_agent/doctor/key_checks.h"
#include "mcp_agent/doctor/relay_checks.h"
#include "mcp_agent/doctor/tree_checks.h"
#include "mcp_agent/tree/posix_tree.h"
#include "proto/support/relay_address.h"

namespace specrelay {
namespace {

constexpr absl::Duration kAnswerTimeout = absl::Seconds(5);
constexpr int kMaxDirectories = 100'000;

void Append(Checks more, Checks& checks) {
  for (Check& check : more) checks.push_back(std::move(check));
}

void ExamineProjects(const DoctorOptions& options, Checks& checks) {
  std::vector<std::string> projects = options.config.projects;
  if (projects.empty()) projects.emplace_back(".");
  int directories = 0;
  std::string watched;
  for (const std::string& project : projects) {
    std::string path;
    Append(CheckProject(project, options.config.share_main_tree, path), checks);
    const auto tree = path.empty() ? nullptr : PosixTree::Open(path).value_or(nullptr);
    if (tree == nullptr) continue;
    watched = path;
    directories += 1 + CountDirectories(*tree, kMaxDirectories);
  }
  if (!watched.empty()) checks.push_back(CheckInotify(LookAtInotify(options.inotify_limits, watched), directories));
}

}  // namespace

Checks Examine(const DoctorOptions& options, RelayProbe* probe) {
  Checks checks;
  ExamineProjects(options, checks);
  checks.push_back(CheckRelayAddress(options.config));
  if (options.config.relay.empty()) return checks;
  const bool may_ask = checks.back().state != Check::State::kFailed && probe != nullptr;
  std::string key;
  Append(CheckKey(options.config.api_key_file, key), checks);
  if (may_ask) Append(CheckRelay(options.config, key, *probe), checks);
  return checks;
}

Checks ExamineAll(const DoctorOptions& options) {
  const absl::StatusOr<RelayAddress> relay = ParseRelayAddress(options.config.relay);
  if (!relay.ok()) return Examine(options, nullptr);
  GrpcConnectorOptions connection;
  connection.relay = *relay;
  connection.tls = options.config.tls || !options.config.tls_ca.empty();
  connection.tls_ca = options.config.tls_ca;
  GrpcRelayProbe probe(connection, kAnswerTimeout);
  return Examine(options, &probe);
}

}  // namespace specrelay
