// A server, an agent, and the nginx in front of them, as tools/deploy sets them up; all on loopback.
#ifndef SPECRELAY_TESTS_INTEGRATION_DEPLOYMENT_H_
#define SPECRELAY_TESTS_INTEGRATION_DEPLOYMENT_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "relay/principal.h"
#include "tests/support/cluster.h"
#include "tests/support/subprocess.h"

namespace specrelay {

// The name by which the server is known, besides its address.
inline constexpr char kServerName[] = "specrelay.example.org";

struct HttpAnswer {
  int status = 0;
  std::string version;  // "1.1" or "2"
  std::string headers;  // lower case, with line ends
  std::string body;

  // The value of a header; empty when there is none.
  std::string Header(absl::string_view name) const;
};

// Not thread-safe. Destruction ends every process.
class Deployment {
 public:
  // Starts the server, and nginx with the configuration of tools/deploy/render_nginx and a certificate of its own.
  static absl::StatusOr<std::unique_ptr<Deployment>> Start();

  // Starts an agent on `project_dir` that reaches the server through nginx.
  absl::Status StartAgent(const std::string& project_dir, absl::string_view project_id);

  // Sends a request with curl. `path` may have a glob of curl's; then the answer is the last one.
  absl::StatusOr<HttpAnswer> Curl(absl::string_view path, const std::vector<std::string>& arguments = {});

  // Starts curl on a path whose answer does not end, with the key of the role; its output can be read by line.
  absl::StatusOr<std::unique_ptr<Subprocess>> StreamCurl(absl::string_view path, Role role);

  // "Authorization: Bearer …"
  std::string KeyHeader(Role role) const;

  Cluster& cluster() { return *cluster_; }
  // Where nginx listens: "127.0.0.1:40443".
  const std::string& address() const { return address_; }
  std::string Url(absl::string_view path) const;
  std::string certificate_path() const { return cluster_->Path("certificate.pem"); }
  // Of nginx's log of requests.
  std::string access_log_path() const { return cluster_->Path("specrelay.access.log"); }

 private:
  explicit Deployment(std::unique_ptr<Cluster> cluster) : cluster_(std::move(cluster)) {}

  absl::Status WriteConfiguration();
  absl::Status StartNginx();
  std::vector<std::string> CurlCommand(absl::string_view path) const;

  const std::unique_ptr<Cluster> cluster_;
  std::string address_;
  std::unique_ptr<Subprocess> nginx_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_DEPLOYMENT_H_
