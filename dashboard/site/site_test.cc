#include "dashboard/site/site.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

class SiteTest : public testing::Test {
 protected:
  SiteTest() : top_(absl::StrCat(testing::TempDir(), "/site.XXXXXX")) {
    EXPECT_NE(mkdtemp(top_.data()), nullptr);
    Write("secret.txt", "outside");
    Write("www/index.html", "the page");
    Write("www/favicon.svg", "<svg/>");
    Write("www/assets/index-Bx3_9fAq.js", "script");
    Write("www/assets/index-Bx3_9fAq.js.br", "br-script");
    Write("www/assets/index-Bx3_9fAq.js.gz", "gz-script");
    Write("www/assets/plain.js", "unhashed");
    Write("www/.env", "hidden");
    Write("www/.git/config", "hidden");
    site_ = std::make_unique<Site>(Site::Open(top_ + "/www").value());
  }

  ~SiteTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(top_, ignored);
  }

  void Write(const std::string& path, absl::string_view content) {
    std::filesystem::create_directories(std::filesystem::path(top_ + "/" + path).parent_path());
    std::ofstream(top_ + "/" + path, std::ios::binary) << content;
  }

  HttpResponse Get(absl::string_view path, HttpHeaders headers = {}) const {
    HttpRequest request;
    request.method = "GET";
    request.path = std::string(path);
    request.headers = std::move(headers);
    return site_->Get(request);
  }

  static std::string HeaderOf(const HttpResponse& response, absl::string_view name) {
    for (const auto& [header, value] : response.headers) {
      if (header == name) return value;
    }
    return "";
  }

  std::string top_;
  std::unique_ptr<Site> site_;
};

TEST_F(SiteTest, ThePageIsAskedAboutEachTime) {
  const HttpResponse response = Get("/");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "the page");
  EXPECT_EQ(HeaderOf(response, "Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-cache");
  EXPECT_EQ(HeaderOf(response, "Vary"), "Accept-Encoding");
  const std::string tag = HeaderOf(response, "ETag");
  const HttpResponse again = Get("/index.html", {{"If-None-Match", absl::StrCat("\"x\", W/", tag)}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(HeaderOf(again, "ETag"), tag);
}

TEST_F(SiteTest, AChangedPageHasAnotherTag) {
  const std::string tag = HeaderOf(Get("/"), "ETag");
  Write("www/index.html", "another page");
  const HttpResponse response = Get("/", {{"If-None-Match", tag}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "another page");
}

TEST_F(SiteTest, HashedAssetsAreForEver) {
  EXPECT_EQ(HeaderOf(Get("/assets/index-Bx3_9fAq.js"), "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(HeaderOf(Get("/assets/plain.js"), "Cache-Control"), "no-cache");
  EXPECT_EQ(HeaderOf(Get("/favicon.svg"), "Cache-Control"), "no-cache");
}

TEST_F(SiteTest, CompressedSiblingsAreSentToWhoTakesThem) {
  const HttpResponse br = Get("/assets/index-Bx3_9fAq.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(br.body, "br-script");
  EXPECT_EQ(HeaderOf(br, "Content-Encoding"), "br");
  EXPECT_EQ(HeaderOf(br, "Content-Type"), "text/javascript; charset=utf-8");
  const HttpResponse gzip = Get("/assets/index-Bx3_9fAq.js", {{"Accept-Encoding", "br;q=0, gzip"}});
  EXPECT_EQ(gzip.body, "gz-script");
  EXPECT_EQ(HeaderOf(gzip, "Content-Encoding"), "gzip");
  EXPECT_NE(HeaderOf(gzip, "ETag"), HeaderOf(br, "ETag"));
  const HttpResponse plain = Get("/assets/index-Bx3_9fAq.js");
  EXPECT_EQ(plain.body, "script");
  EXPECT_EQ(HeaderOf(plain, "Content-Encoding"), "");
  EXPECT_EQ(Get("/favicon.svg", {{"Accept-Encoding", "br"}}).body, "<svg/>");
}

TEST_F(SiteTest, NavigationsGetThePageWhateverTheirAddress) {
  const HttpHeaders navigation = {{"Accept", "text/html,application/xhtml+xml"}};
  EXPECT_EQ(Get("/projects/p1/specs", navigation).body, "the page");
  EXPECT_EQ(Get("/projects/p1/specs").status, 404);
  EXPECT_THAT(Get("/projects/p1/specs").body, HasSubstr("\"error\""));
  EXPECT_EQ(Get("/assets/gone-Bx3_9fAq.js", navigation).status, 404);
  EXPECT_EQ(Get("/api/nothing", navigation).status, 404);
}

TEST_F(SiteTest, NothingLeadsOut) {
  std::filesystem::create_symlink(top_ + "/secret.txt", top_ + "/www/link.txt");
  std::filesystem::create_directory_symlink(top_, top_ + "/www/up");
  ASSERT_EQ(mkfifo((top_ + "/www/pipe").c_str(), 0600), 0);
  for (const char* path : {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2Fsecret.txt", "/assets/../../secret.txt",
                           "/assets/..%5c..%5csecret.txt", "/link.txt", "/up/secret.txt", "/pipe", "//secret.txt",
                           "/.env", "/.git/config", "/assets", "/assets/", "/index.html/", "/%2Fetc%2Fpasswd"}) {
    const HttpResponse response = Get(path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_THAT(response.body, HasSubstr("\"error\"")) << path;
  }
  EXPECT_EQ(Get("/%00").status, 400);
  EXPECT_EQ(Get("/%zz").status, 400);
}

TEST_F(SiteTest, ADirectoryWithoutAPageIsAClearError) {
  EXPECT_THAT(Site::Open(top_), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("index.html")));
  EXPECT_THAT(Site::Open(top_ + "/nowhere"), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("nowhere")));
  EXPECT_THAT(Site::Open(top_ + "/secret.txt"), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(HasHashInNameTest, TellsNamesOfBuildTools) {
  for (const char* name : {"index-CJOn3yBZ.js", "Center--7Nyx2XD.js", "rolldown-runtime-XKyaHtl9.js",
                           "AccordionChevron-5mdSCZ_h.js.map", "index-B7jrwVmv.css"}) {
    EXPECT_TRUE(HasHashInName(name)) << name;
  }
  for (const char* name : {"index.js", "my-component.js", "a-1.js", "index-CJOn3yBZ", "-.js", "x", ""}) {
    EXPECT_FALSE(HasHashInName(name)) << name;
  }
}

}  // namespace
}  // namespace specrelay
