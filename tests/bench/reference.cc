#include "tests/bench/reference.h"

#include <unistd.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"
#include "proto/support/status_macros.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr char kServerBinary[] = "tests/bench/reference_server";
constexpr char kNatsServer[] = "/usr/sbin/nats-server";
constexpr absl::Duration kPause = absl::Milliseconds(20);

// The NATS server tells its port in a file that it names after itself, whole or not at all.
absl::StatusOr<std::string> NatsUrl(const std::string& directory, pid_t pid) {
  const std::string path = absl::StrCat(directory, "/nats-server_", pid, ".ports");
  for (const absl::Time deadline = absl::Now() + kPatience; absl::Now() < deadline; absl::SleepFor(kPause)) {
    if (!std::filesystem::exists(path)) continue;
    const nlohmann::json ports = nlohmann::json::parse(ReadFileOrDie(path), nullptr, /*allow_exceptions=*/false);
    if (ports.contains("nats") && !ports["nats"].empty()) return ports["nats"][0].get<std::string>();
  }
  return absl::DeadlineExceededError("nats-server does not tell its port");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Reference>> Reference::Start(const std::string& kind) {
  std::unique_ptr<Reference> reference(new Reference);
  ASSIGN_OR_RETURN(reference->server_, Subprocess::Start({kServerBinary, kind}, {}, Subprocess::Input::kPipe));
  ASSIGN_OR_RETURN(reference->address_, reference->server_->ReadLine(kPatience));
  return reference;
}

absl::StatusOr<std::unique_ptr<Reference>> Reference::StartNats(const std::string& directory) {
  if (access(kNatsServer, X_OK) != 0) {
    return absl::NotFoundError(absl::StrCat(kNatsServer, " is missing; tools/setup test installs it"));
  }
  std::unique_ptr<Reference> reference(new Reference);
  ASSIGN_OR_RETURN(reference->broker_, Subprocess::Start({kNatsServer, "--addr", "127.0.0.1", "--port", "-1",
                                                          "--ports_file_dir", directory}));
  ASSIGN_OR_RETURN(reference->address_, NatsUrl(directory, reference->broker_->pid()));
  ASSIGN_OR_RETURN(reference->server_,
                   Subprocess::Start({kServerBinary, "nats", reference->address_}, {}, Subprocess::Input::kPipe));
  RETURN_IF_ERROR(reference->server_->ReadLine(kPatience).status());
  return reference;
}

}  // namespace specrelay
