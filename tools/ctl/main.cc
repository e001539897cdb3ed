// specrelay_ctl: keys, typed commands and events from a shell. Flags and environment become CtlOptions here; the rest
// is in tools/ctl/ctl.h.
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "proto/support/flags.h"
#include "tools/ctl/ctl.h"
#include "tools/ctl/help.h"
#include "tools/ctl/options.h"

ABSL_FLAG(std::string, keys_file, "", "keys file that key create, list and revoke work on");
ABSL_FLAG(std::string, name, "", "name of a key, for people");
ABSL_FLAG(std::string, id, "", "id of a key");
ABSL_FLAG(std::string, role, "", "role of a new key: agent, user, viewer or admin");
ABSL_FLAG(std::string, account, "", "account of a new key");
ABSL_FLAG(std::vector<std::string>, projects, {}, "project ids that a new key is limited to; none: all of the account");
ABSL_FLAG(absl::Duration, expires, absl::InfiniteDuration(), "lifetime of a new key, for example 720h");

ABSL_FLAG(std::string, relay, "127.0.0.1:50051", "address of the relay, HOST:PORT");
ABSL_FLAG(std::string, api_key_file, "", "file with the API key; else SPECRELAY_API_KEY holds the key");
ABSL_FLAG(bool, tls, false, "speak TLS, trusting the system's certificate authorities");
ABSL_FLAG(std::string, tls_ca, "", "speak TLS, trusting the certificate authorities in this PEM file");
ABSL_FLAG(bool, insecure, false, "send the key in plain text even to another machine");

ABSL_FLAG(std::string, project, "", "project id; for audit verify the project's directory");
ABSL_FLAG(std::string, json, "{}", "fields of the command as JSON; @FILE reads a file, - the standard input");
ABSL_FLAG(std::string, request_id, "", "idempotency key of the command; made anew when empty");
ABSL_FLAG(absl::Duration, timeout, absl::Seconds(30), "how long to wait for the outcome, 1s to 10m");
ABSL_FLAG(std::string, offline_policy, "fail",
          "when no agent is connected: fail, queue a write, or wait until the timeout");
ABSL_FLAG(std::string, base_hash, "any",
          "write happens only if the file has this SHA-256; none: if there is no file; any: in any case");
ABSL_FLAG(std::string, cursor, "", "watch goes on after the event with this cursor");
ABSL_FLAG(int, count, 0, "watch ends after this many events; 0: never");
ABSL_FLAG(bool, json_output, false, "doctor prints JSON");
ABSL_FLAG(bool, machine, false, "audit verify looks at the audit of the machine's directory, too");
ABSL_FLAG(std::string, state_dir, "",
          "the machine's directory; SPECRELAY_HOME sets it too, ~/.spec-context-mcp if neither");

namespace {

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string StateDirFromFlags() {
  if (std::string flag = absl::GetFlag(FLAGS_state_dir); !flag.empty()) return flag;
  if (std::string home = Environment("SPECRELAY_HOME"); !home.empty()) return home;
  return Environment("HOME") + "/.spec-context-mcp";
}

specrelay::CtlOptions OptionsFromFlags() {
  specrelay::CtlOptions options;
  options.keys_file = absl::GetFlag(FLAGS_keys_file);
  options.name = absl::GetFlag(FLAGS_name);
  options.id = absl::GetFlag(FLAGS_id);
  options.role = absl::GetFlag(FLAGS_role);
  options.account = absl::GetFlag(FLAGS_account);
  options.projects = absl::GetFlag(FLAGS_projects);
  options.expires = absl::GetFlag(FLAGS_expires);
  options.relay = absl::GetFlag(FLAGS_relay);
  options.api_key_file = absl::GetFlag(FLAGS_api_key_file);
  options.api_key = Environment("SPECRELAY_API_KEY");
  options.tls = absl::GetFlag(FLAGS_tls);
  options.tls_ca = absl::GetFlag(FLAGS_tls_ca);
  options.insecure = absl::GetFlag(FLAGS_insecure);
  options.project = absl::GetFlag(FLAGS_project);
  options.json = absl::GetFlag(FLAGS_json);
  options.request_id = absl::GetFlag(FLAGS_request_id);
  options.timeout = absl::GetFlag(FLAGS_timeout);
  options.offline_policy = absl::GetFlag(FLAGS_offline_policy);
  options.base_hash = absl::GetFlag(FLAGS_base_hash);
  options.cursor = absl::GetFlag(FLAGS_cursor);
  options.count = absl::GetFlag(FLAGS_count);
  options.json_output = absl::GetFlag(FLAGS_json_output);
  options.machine = absl::GetFlag(FLAGS_machine);
  options.state_dir = StateDirFromFlags();
  return options;
}

// Abseil's own --help lists flags without saying what they are for together, and counts as a failure.
bool AsksForHelp(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const absl::string_view argument = argv[i];
    if (argument == "--") return false;
    if (argument == "--help" || argument == "-help" || argument == "-h") return true;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  if (AsksForHelp(argc, argv)) {
    std::cout << specrelay::HelpText() << std::flush;
    return 0;
  }
  const std::vector<std::string> args = specrelay::ParseFlags(specrelay::HelpText(), argc, argv);
  const specrelay::CtlOptions options = OptionsFromFlags();
  return specrelay::RunCtl({options, std::cin, std::cout, std::cerr}, args);
}
