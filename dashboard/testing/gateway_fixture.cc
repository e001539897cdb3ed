#include "dashboard/testing/gateway_fixture.h"

#include <filesystem>
#include <fstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/key_admin.h"

namespace specrelay {

GatewayFixture::GatewayFixture() {
  options_.http.address = "127.0.0.1:0";
  options_.http.connections.linger_timeout = absl::Milliseconds(100);
  RelayOptions relay_options;
  relay_options.epoch = "epoch1";
  relay_options.observer = &metrics_.relay;
  relay_ = std::make_unique<Relay>(relay_options, clock_);
  for (const char* role : {"viewer", "user", "agent", "admin", "revoked"}) {
    KeySpec spec;
    spec.name = role;
    spec.account = "acme";
    spec.role = ParseRole(role).value_or(Role::kAdmin);
    const absl::StatusOr<CreatedKey> created = CreateKey(keys_file_.path(), spec, clock_);
    EXPECT_THAT(created, IsOk());
    keys_by_role_[role] = created->key;
  }
  EXPECT_THAT(RevokeKeyByName(keys_file_.path(), "revoked", clock_), IsOk());
}

void GatewayFixture::Start() {
  ASSERT_OK_AND_ASSIGN(keys_, KeyStore::Open(keys_file_.path(), clock_));
  ASSERT_OK_AND_ASSIGN(gateway_, Gateway::Start(options_, {*relay_, *keys_, streams_, clock_, metrics_,
                                                           [this] { return ready_.load(); }}));
}

std::string GatewayFixture::KeyHeader(absl::string_view role) const {
  return role == "nobody" ? "" : absl::StrCat("Authorization: Bearer ", Key(role), "\r\n");
}

RawResponse GatewayFixture::Send(absl::string_view method, absl::string_view target, absl::string_view role,
                                 absl::string_view more_headers, absl::optional<absl::string_view> body) {
  if (!body && (method == "POST" || method == "PUT" || method == "PATCH")) body = "{}";
  RawConnection connection(port());
  connection.Send(RequestText(method, target, absl::StrCat(KeyHeader(role), more_headers), body));
  return connection.ReadResponse(/*to_head=*/method == "HEAD");
}

std::string GatewayFixture::MakeWebsite() {
  const std::string root = keys_file_.directory() + "/web";
  std::filesystem::create_directories(root + "/assets");
  std::ofstream(root + "/index.html") << "<!doctype html><title>the page</title>";
  std::ofstream(root + "/assets/app-Bx3_9fAq.js") << "script";
  return root;
}

std::string TargetOf(absl::string_view pattern, absl::string_view value) {
  std::vector<std::string> segments = absl::StrSplit(pattern, '/');
  for (std::string& segment : segments) {
    if (!segment.empty() && segment.front() == '{') segment = std::string(value);
  }
  return absl::StrJoin(segments, "/");
}

}  // namespace specrelay
