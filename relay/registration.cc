#include "relay/registration.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace specrelay {
namespace {

constexpr size_t kMaxIdBytes = 128;
constexpr size_t kMaxTextBytes = 4096;
constexpr int kMaxNames = 256;

absl::Status CheckId(absl::string_view field, absl::string_view id) {
  if (id.empty() || id.size() > kMaxIdBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(field, " must have 1 to ", kMaxIdBytes, " characters, not ", id.size(), "; update the agent"));
  }
  for (const char c : id) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) {
      return absl::InvalidArgumentError(absl::StrCat(field, " may hold only visible ASCII characters"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckText(absl::string_view field, absl::string_view text) {
  if (text.size() <= kMaxTextBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, " has ", text.size(), " bytes; at most ", kMaxTextBytes, " are accepted"));
}

}  // namespace

absl::Status CheckRegistration(const v1::Register& registration) {
  if (registration.protocol_version() < kOldestProtocolVersion) {
    return absl::FailedPreconditionError(absl::StrCat("protocol version ", registration.protocol_version(),
                                                      " is no longer spoken; the oldest is ", kOldestProtocolVersion,
                                                      ": update the agent"));
  }
  for (const auto& [field, id] : {std::make_pair("agent_id", &registration.agent_id()),
                                  std::make_pair("instance_uid", &registration.instance_uid()),
                                  std::make_pair("project_id", &registration.project().project_id())}) {
    if (absl::Status status = CheckId(field, *id); !status.ok()) return status;
  }
  for (const auto& [field, text] : {std::make_pair("project name", &registration.project().name()),
                                    std::make_pair("project path", &registration.project().path()),
                                    std::make_pair("machine_id", &registration.machine().machine_id()),
                                    std::make_pair("host_name", &registration.machine().host_name()),
                                    std::make_pair("platform", &registration.machine().platform()),
                                    std::make_pair("agent_version", &registration.agent_version())}) {
    if (absl::Status status = CheckText(field, *text); !status.ok()) return status;
  }
  const v1::AgentPolicy& policy = registration.policy();
  if (registration.capabilities_size() > kMaxNames || policy.allowed_commands_size() > kMaxNames ||
      policy.readable_roots_size() > kMaxNames || policy.deciding_accounts_size() > kMaxNames) {
    return absl::InvalidArgumentError(absl::StrCat("capabilities and policy may list at most ", kMaxNames, " names"));
  }
  return absl::OkStatus();
}

}  // namespace specrelay
