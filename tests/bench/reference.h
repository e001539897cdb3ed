// Starts the servers that the suite is measured against.
#ifndef SPECRELAY_TESTS_BENCH_REFERENCE_H_
#define SPECRELAY_TESTS_BENCH_REFERENCE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/support/subprocess.h"

namespace specrelay {

// A reference server in a process of its own, which ends with this. Not thread-safe.
class Reference {
 public:
  // `kind` is "grpc" or "http".
  static absl::StatusOr<std::unique_ptr<Reference>> Start(const std::string& kind);

  // A NATS server and a responder behind it. NOT_FOUND where nats-server is not installed. `directory` is for its
  // files.
  static absl::StatusOr<std::unique_ptr<Reference>> StartNats(const std::string& directory);

  // HOST:PORT, or the URL of the NATS server.
  const std::string& address() const { return address_; }
  pid_t pid() const { return server_->pid(); }
  // The process between client and server, where there is one; else 0.
  pid_t broker_pid() const { return broker_ == nullptr ? 0 : broker_->pid(); }

 private:
  Reference() = default;

  std::unique_ptr<Subprocess> broker_;
  std::unique_ptr<Subprocess> server_;
  std::string address_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_REFERENCE_H_
