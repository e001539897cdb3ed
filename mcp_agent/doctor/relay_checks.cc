#include "mcp_agent/doctor/relay_checks.h"

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "proto/support/iso_time.h"
#include "proto/support/relay_address.h"
#include "proto/support/version.h"

namespace specrelay {
namespace {

// Beyond the first, times of approvals and logs look odd; beyond the second, certificates and keys seem to be expired
// or not yet valid.
constexpr absl::Duration kOddSkew = absl::Seconds(5);
constexpr absl::Duration kBadSkew = absl::Minutes(5);
constexpr char kSetClock[] = "set the clock of the machine that is wrong; timedatectl set-ntp true keeps it right";

bool UsesTls(const AgentConfig& config) { return config.tls || !config.tls_ca.empty(); }

Check CheckReached(const AgentConfig& config, RelayProbe& probe) {
  const absl::Status reached = probe.Reach();
  if (reached.ok()) return Passed("relay", absl::StrCat("something listens at ", config.relay));
  return Failed("relay", std::string(reached.message()),
                absl::IsNotFound(reached) ? "check the name in --relay, and that this machine is online"
                                          : "check --relay, that the server runs, and that no firewall is in between");
}

Check CheckEncryption(const AgentConfig& config, RelayProbe& probe) {
  const absl::Status connected = probe.Connect();
  if (!connected.ok() && UsesTls(config)) {
    return Failed("encryption", absl::StrCat("no TLS connection: ", connected.message()),
                  "check that the server speaks TLS there, that its certificate is valid and for the name in --relay, "
                  "and give its authority with --tls_ca=PATH if the system does not know it");
  }
  if (!connected.ok()) {
    return Failed("encryption", absl::StrCat("what listens there speaks no unencrypted gRPC: ", connected.message()),
                  "give --tls if the server speaks TLS there; check that the port is the one for gRPC, not for HTTP");
  }
  if (UsesTls(config)) return Passed("encryption", "TLS, and the certificate is trusted");
  const absl::StatusOr<RelayAddress> address = ParseRelayAddress(config.relay);
  if (address.ok() && address->is_loopback) return Passed("encryption", "none, and nothing leaves this machine");
  return Warning("encryption", "none: the key and all documents travel in plain text",
                 "use --tls, or be sure that the network is trusted");
}

Check CheckRole(const std::string& role) {
  if (role.empty()) return Skipped("role", "the relay does not tell the role of the key");
  if (role == "agent") return Passed("role", "agent");
  return Failed("role", absl::StrCat("the key has the role ", role, ", and the relay lets only agents connect"),
                "get a key with specrelay_ctl key create --role=agent …");
}

Check CheckProtocol(const std::string& protocol) {
  const std::vector<std::string> range = absl::StrSplit(protocol, '-');
  int oldest = 0;
  int newest = 0;
  if (range.size() != 2 || !absl::SimpleAtoi(range[0], &oldest) || !absl::SimpleAtoi(range[1], &newest)) {
    return Skipped("protocol", "the relay does not tell its versions; it will when the agent connects");
  }
  const std::string found =
      absl::StrCat("the relay speaks versions ", oldest, " to ", newest, ", this agent ", kProtocolVersion);
  if (kProtocolVersion < oldest) return Failed("protocol", found, "update specrelay_agent");
  return Passed("protocol", found);
}

Check CheckClock(const RelayGreeting& greeting) {
  const absl::optional<absl::Time> time = ParseIsoTime(greeting.time);
  if (!time.has_value())
    return Skipped("clock", "the relay does not tell its time, so there is nothing to compare with");
  // The relay looked at its clock some time between question and answer.
  absl::Duration skew = absl::ZeroDuration();
  if (*time < greeting.asked) skew = greeting.asked - *time;
  if (*time > greeting.answered) skew = *time - greeting.answered;
  if (skew <= kOddSkew) return Passed("clock", "agrees with the relay's");
  const std::string found = absl::StrCat("is ", absl::FormatDuration(absl::Trunc(skew, absl::Seconds(1))),
                                         *time < greeting.asked ? " ahead of" : " behind", " the relay's");
  return skew > kBadSkew ? Failed("clock", found, kSetClock) : Warning("clock", found, kSetClock);
}

}  // namespace

Check CheckRelayAddress(const AgentConfig& config) {
  if (config.relay.empty()) {
    return Skipped("relay address", "no relay is set, so the agent works on its own; --relay=HOST:PORT sets one");
  }
  const absl::StatusOr<RelayAddress> address = ParseRelayAddress(config.relay);
  if (!address.ok()) return Failed("relay address", std::string(address.status().message()), "correct --relay");
  if (config.insecure && UsesTls(config)) {
    return Failed("relay address", "--insecure contradicts --tls and --tls_ca", "give one or the other");
  }
  if (!address->is_loopback && !UsesTls(config) && !config.insecure) {
    return Failed("relay address",
                  absl::StrCat("the key and all documents would travel to ", config.relay, " unencrypted"),
                  "give --tls, or --tls_ca=PATH for an authority of your own, or --insecure to accept that");
  }
  return Passed("relay address", address->ToString());
}

Checks CheckRelay(const AgentConfig& config, const std::string& key, RelayProbe& probe) {
  Checks checks = {CheckReached(config, probe)};
  if (checks.back().state == Check::State::kFailed) return checks;
  checks.push_back(CheckEncryption(config, probe));
  if (checks.back().state == Check::State::kFailed || key.empty()) return checks;
  const RelayGreeting greeting = probe.Greet(key);
  if (absl::IsUnauthenticated(greeting.status)) {
    checks.push_back(Failed("key", absl::StrCat("the relay refuses it: ", greeting.status.message()),
                            "it is unknown there, revoked or expired; get a new one"));
    return checks;
  }
  if (!greeting.status.ok()) {
    checks.push_back(Failed("key", absl::StrCat("the relay did not say: ", greeting.status.message()),
                            "try again; if it stays so, look at the server's log"));
    return checks;
  }
  checks.push_back(Passed("key", "the relay accepts it"));
  checks.push_back(CheckRole(greeting.role));
  checks.push_back(CheckProtocol(greeting.protocol));
  checks.push_back(CheckClock(greeting));
  return checks;
}

}  // namespace specrelay
