#include "dashboard/http/testing/raw_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace specrelay {
namespace {

constexpr int kDeadlineMs = 20'000;

}  // namespace

std::string RawResponse::Header(absl::string_view name) const {
  for (const auto& [header, value] : headers) {
    if (absl::EqualsIgnoreCase(header, name)) return value;
  }
  return "";
}

std::string RawResponse::Error() const {
  const nlohmann::json json = nlohmann::json::parse(body, nullptr, false);
  return json.is_object() && json.contains("error") && json["error"].is_string() ? json["error"].get<std::string>()
                                                                                 : "";
}

RawConnection::RawConnection(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0) << "port " << port;
}

RawConnection::RawConnection(RawConnection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}

RawConnection::~RawConnection() {
  if (fd_ >= 0) close(fd_);
}

bool RawConnection::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

void RawConnection::EndSending() { shutdown(fd_, SHUT_WR); }

std::string RawConnection::ReadSome() {
  if (!buffer_.empty()) return std::exchange(buffer_, std::string());
  pollfd entry = {fd_, POLLIN, 0};
  if (poll(&entry, 1, kDeadlineMs) <= 0) {
    ADD_FAILURE() << "nothing came in " << kDeadlineMs << " ms";
    return "";
  }
  char bytes[65536];
  const ssize_t count = recv(fd_, bytes, sizeof(bytes), 0);
  return count <= 0 ? "" : std::string(bytes, static_cast<size_t>(count));
}

RawResponse RawConnection::ReadResponse(bool to_head) {
  RawResponse response;
  std::string text;
  const auto read = [&] {
    const std::string more = ReadSome();
    text += more;
    return !more.empty();
  };
  while (!absl::StrContains(text, "\r\n\r\n")) {
    if (!read()) return response;
  }
  const size_t end = text.find("\r\n\r\n") + 4;
  const std::vector<std::string> lines = absl::StrSplit(text.substr(0, end - 4), "\r\n");
  const std::vector<std::string> status_line = absl::StrSplit(lines[0], absl::MaxSplits(' ', 2));
  if (status_line.size() < 2 || !absl::SimpleAtoi(status_line[1], &response.status)) return response;
  for (size_t i = 1; i < lines.size(); ++i) {
    const std::pair<std::string, std::string> header = absl::StrSplit(lines[i], absl::MaxSplits(':', 1));
    response.headers.emplace_back(header.first, absl::StripAsciiWhitespace(header.second));
  }
  text.erase(0, end);
  size_t length = 0;
  if (!to_head && absl::SimpleAtoi(response.Header("Content-Length"), &length)) {
    while (text.size() < length) {
      if (!read()) break;
    }
    response.body = text.substr(0, length);
    text.erase(0, response.body.size());
  }
  buffer_ = std::move(text);
  return response;
}

bool RawConnection::Ends() {
  while (!ReadSome().empty()) {
  }
  return !testing::Test::HasFailure();
}

RawResponse Exchange(int port, absl::string_view bytes) {
  RawConnection connection(port);
  connection.Send(bytes);
  return connection.ReadResponse();
}

std::string RequestText(absl::string_view method, absl::string_view target, absl::string_view more,
                        absl::optional<absl::string_view> body) {
  return absl::StrCat(method, " ", target, " HTTP/1.1\r\nHost: localhost\r\n", more,
                      body ? absl::StrCat("Content-Length: ", body->size(), "\r\n") : "", "\r\n", body.value_or(""));
}

}  // namespace specrelay
