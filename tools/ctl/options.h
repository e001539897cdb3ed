// What the flags and the environment of specrelay_ctl say.
#ifndef SPECRELAY_TOOLS_CTL_OPTIONS_H_
#define SPECRELAY_TOOLS_CTL_OPTIONS_H_

#include <istream>
#include <ostream>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace specrelay {

// A value; main fills it from the flags of the same names. Defaults are those of the flags.
struct CtlOptions {
  // Keys.
  std::string keys_file;
  std::string name;
  std::string id;
  std::string role;
  std::string account;
  std::vector<std::string> projects;
  absl::Duration expires = absl::InfiniteDuration();

  // The relay and how to get there.
  std::string relay = "127.0.0.1:50051";
  std::string api_key_file;
  std::string api_key;  // from SPECRELAY_API_KEY: a flag would show it to every user of the machine
  bool tls = false;
  std::string tls_ca;  // implies tls
  bool insecure = false;

  // Calls.
  std::string project;
  std::string json = "{}";  // or "@<file>", or "-" for the standard input
  std::string request_id;
  absl::Duration timeout = absl::Seconds(30);
  std::string offline_policy = "fail";
  std::string base_hash = "any";  // or a hash, or "none": no file
  std::string cursor;
  int count = 0;  // 0: no end
  bool json_output = false;

  // The audit; `project` is a directory there.
  bool machine = false;
  std::string state_dir;
};

// What a subcommand works with; the referents outlive it.
struct CtlContext {
  const CtlOptions& options;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
};

}  // namespace specrelay

#endif  // SPECRELAY_TOOLS_CTL_OPTIONS_H_
