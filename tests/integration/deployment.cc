#include "tests/integration/deployment.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/substitute.h"
#include "proto/support/status_macros.h"
#include "tests/support/self_signed_certificate.h"

namespace specrelay {
namespace {

constexpr char kNginx[] = "/usr/sbin/nginx";
constexpr char kCurl[] = "/usr/bin/curl";
constexpr char kRender[] = "tools/deploy/render_nginx";
constexpr int kAttempts = 5;

// What a distribution's nginx.conf says around our file, with everything inside one directory. Started by root, nginx
// would give its directories to a user that a sandbox may not have.
constexpr char kAround[] = R"(
$1
daemon off;
master_process off;
pid $0/nginx.pid;
error_log /dev/stdout notice;
events { worker_connections 1024; }
http {
  client_body_temp_path $0/nginx-body;
  proxy_temp_path $0/nginx-proxy;
  fastcgi_temp_path $0/nginx-fastcgi;
  uwsgi_temp_path $0/nginx-uwsgi;
  scgi_temp_path $0/nginx-scgi;
  include $0/specrelay.conf;
}
)";

// A port that was free a moment ago.
int FreePort() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  const bool bound = bind(fd, generic, size) == 0 && getsockname(fd, generic, &size) == 0;
  close(fd);
  return bound ? ntohs(address.sin_port) : 0;
}

absl::StatusOr<std::string> OutputOf(const std::vector<std::string>& command) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Subprocess> process, Subprocess::Start(command));
  std::string output;
  absl::StatusOr<std::string> line = process->ReadLine(kPatience);
  for (; line.ok(); line = process->ReadLine(kPatience)) absl::StrAppend(&output, *line, "\n");
  if (!absl::IsOutOfRange(line.status())) return line.status();
  ASSIGN_OR_RETURN(const int code, process->Wait(kPatience));
  if (code != 0) return absl::InternalError(absl::StrCat(command[0], " exits with ", code, ": ", output));
  return output;
}

}  // namespace

std::string HttpAnswer::Header(absl::string_view name) const {
  const std::string prefix = absl::StrCat(absl::AsciiStrToLower(name), ":");
  for (const absl::string_view line : absl::StrSplit(headers, '\n')) {
    if (absl::StartsWithIgnoreCase(line, prefix)) {
      return std::string(absl::StripAsciiWhitespace(line.substr(prefix.size())));
    }
  }
  return "";
}

absl::StatusOr<std::unique_ptr<Deployment>> Deployment::Start() {
  // As the server's unit does.
  setenv("SPECRELAY_TRUSTED_PROXIES", "127.0.0.1", 1);
  setenv("SPECRELAY_ALLOWED_HOSTS", kServerName, 1);
  ASSIGN_OR_RETURN(std::unique_ptr<Cluster> cluster, Cluster::Start());
  std::unique_ptr<Deployment> deployment(new Deployment(std::move(cluster)));
  const SelfSignedCertificate certificate = MakeSelfSignedCertificate();
  WriteFileOrDie(deployment->certificate_path(), certificate.certificate);
  WriteFileOrDie(deployment->cluster_->Path("key.pem"), certificate.private_key);
  absl::Status started;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    // Somebody else may take the port in between.
    deployment->address_ = absl::StrCat("127.0.0.1:", FreePort());
    RETURN_IF_ERROR(deployment->WriteConfiguration());
    started = deployment->StartNginx();
    if (started.ok()) return deployment;
  }
  return started;
}

absl::Status Deployment::WriteConfiguration() {
  ASSIGN_OR_RETURN(
      const std::string configuration,
      OutputOf({kRender, absl::StrCat("--server_name=", kServerName),
                absl::StrCat("--certificate=", certificate_path()), absl::StrCat("--key=", cluster_->Path("key.pem")),
                absl::StrCat("--listen=", address_), absl::StrCat("--http=", cluster_->http_address()),
                absl::StrCat("--grpc=", cluster_->grpc_address()),
                absl::StrCat("--log_directory=", cluster_->Path(""))}));
  WriteFileOrDie(cluster_->Path("specrelay.conf"), configuration);
  WriteFileOrDie(cluster_->Path("nginx.conf"),
                 absl::Substitute(kAround, cluster_->Path(""), geteuid() == 0 ? "user root root;" : ""));
  return absl::OkStatus();
}

absl::Status Deployment::StartNginx() {
  ASSIGN_OR_RETURN(nginx_, Subprocess::Start({kNginx, "-p", cluster_->Path(""), "-c", cluster_->Path("nginx.conf"),
                                              "-e", cluster_->Path("nginx.error.log")}));
  // It tells its version when it listens.
  std::string output;
  while (true) {
    const absl::StatusOr<std::string> line = nginx_->ReadLine(kPatience);
    if (!line.ok()) {
      return absl::InternalError(
          absl::StrCat("nginx did not start: ", output, ReadFileOrDie(cluster_->Path("nginx.error.log"))));
    }
    if (absl::StrContains(*line, "[notice]") && absl::StrContains(*line, "nginx/")) return absl::OkStatus();
    absl::StrAppend(&output, *line, "\n");
  }
}

absl::Status Deployment::StartAgent(const std::string& project_dir, absl::string_view project_id) {
  return cluster_
      ->StartAgent(project_dir, project_id,
                   {absl::StrCat("--relay=", address_), absl::StrCat("--tls_ca=", certificate_path())})
      .status();
}

std::vector<std::string> Deployment::CurlCommand(absl::string_view path) const {
  return {kCurl, "--silent", "--show-error", "--disable", "--noproxy", "*", "--cacert", certificate_path(), Url(path)};
}

absl::StatusOr<HttpAnswer> Deployment::Curl(absl::string_view path, const std::vector<std::string>& arguments) {
  const std::string headers = cluster_->Path("answer.headers");
  const std::string body = cluster_->Path("answer.body");
  WriteFileOrDie(body, "");  // curl makes none for an empty one
  std::vector<std::string> command = CurlCommand(path);
  for (const std::string& argument :
       {std::string("--max-time"), std::string("60"), std::string("--dump-header"), headers, std::string("--output"),
        body, std::string("--write-out"), std::string("%{http_code} %{http_version}\n")}) {
    command.push_back(argument);
  }
  command.insert(command.end(), arguments.begin(), arguments.end());
  ASSIGN_OR_RETURN(const std::string output, OutputOf(command));
  const std::vector<std::string> lines = absl::StrSplit(output, '\n', absl::SkipEmpty());
  const std::vector<std::string> last = absl::StrSplit(lines.empty() ? "" : lines.back(), ' ');
  HttpAnswer answer;
  if (last.size() != 2 || !absl::SimpleAtoi(last[0], &answer.status)) return absl::InternalError(output);
  answer.version = last[1];
  answer.headers = ReadFileOrDie(headers);
  answer.body = ReadFileOrDie(body);
  return answer;
}

absl::StatusOr<std::unique_ptr<Subprocess>> Deployment::StreamCurl(absl::string_view path, Role role) {
  std::vector<std::string> command = CurlCommand(path);
  command.insert(command.end(), {"--no-buffer", "--header", KeyHeader(role)});
  return Subprocess::Start(command);
}

std::string Deployment::KeyHeader(Role role) const {
  return absl::StrCat("Authorization: Bearer ", cluster_->KeyFor(role));
}

std::string Deployment::Url(absl::string_view path) const { return absl::StrCat("https://", address_, path); }

}  // namespace specrelay
