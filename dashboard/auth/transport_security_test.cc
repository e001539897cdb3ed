#include "dashboard/auth/transport_security.h"

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

bool Adds(absl::string_view host, bool secure) {
  HttpRequest request;
  request.secure = secure;
  request.headers.emplace_back("Host", host);
  HttpResponse response;
  AddTransportSecurity(request, response);
  return response.headers == HttpHeaders{{"Strict-Transport-Security", "max-age=31536000"}};
}

TEST(TransportSecurityTest, IsPromisedOverTlsAlone) {
  EXPECT_TRUE(Adds("specrelay.example.org:8443", true));
  EXPECT_FALSE(Adds("specrelay.example.org", false));
}

TEST(TransportSecurityTest, IsNotPromisedForThisMachine) {
  for (const char* host : {"localhost", "localhost:8080", "127.0.0.1", "[::1]", "", "a b"}) {
    EXPECT_FALSE(Adds(host, true)) << host;
  }
}

}  // namespace
}  // namespace specrelay
