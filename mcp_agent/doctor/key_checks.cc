#include "mcp_agent/doctor/key_checks.h"

#include <sys/stat.h>
#include <unistd.h>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/api_key_file.h"
#include "proto/support/api_key_form.h"

namespace specrelay {
namespace {

constexpr char kGetKey[] =
    "ask for a key of the role agent (specrelay_ctl key create --role=agent …) and put it, alone, into a file for "
    "--api_key_file";

Check CheckKeyFile(const std::string& path) {
  if (path.empty()) return Skipped("key file", "the key comes from SPECRELAY_API_KEY");
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return Skipped("key file", "there is none to look at");
  if (const std::string warning = ApiKeyFileWarning(path); !warning.empty()) {
    return Warning("key file", absl::StrCat("others on this machine can read ", path),
                   absl::StrCat("run: chmod 600 ", path));
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return Warning("key file", absl::StrCat("others on this machine can write to ", path),
                   absl::StrCat("run: chmod 600 ", path));
  }
  if (status.st_uid != geteuid() && status.st_uid != 0) {
    return Warning("key file", absl::StrCat(path, " belongs to user ", status.st_uid), "make a copy that is your own");
  }
  return Passed("key file", absl::StrCat("only its owner can read ", path));
}

Check CheckKeyForm(const std::string& key) {
  if (LooksLikeApiKey(key)) return Passed("key form", "prefix, length and checksum are right");
  if (!absl::StartsWith(key, kApiKeyPrefix)) {
    return Failed("key form", absl::StrCat("a key begins with \"", kApiKeyPrefix, "\", this does not"), kGetKey);
  }
  return Failed("key form",
                absl::StrCat("the key has ", key.size(),
                             " characters and a checksum that is not its own: it is cut off, mistyped or made up"),
                "copy the whole key once more, 53 characters, or get a new one");
}

}  // namespace

Checks CheckKey(const std::string& path, std::string& key) {
  key.clear();
  const absl::StatusOr<std::string> read = ReadApiKey(path);
  Checks checks = {CheckKeyFile(path)};
  if (!read.ok()) {
    checks.push_back(Failed("key form", std::string(read.status().message()), kGetKey));
    return checks;
  }
  checks.push_back(CheckKeyForm(*read));
  if (checks.back().state == Check::State::kOk) key = *read;
  return checks;
}

}  // namespace specrelay
