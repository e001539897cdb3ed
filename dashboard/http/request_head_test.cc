#include "dashboard/http/request_head.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace specrelay {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

std::string HeadText(absl::string_view request_line, absl::string_view headers = "") {
  return absl::StrCat(request_line, "\r\nHost: h\r\n", headers, "\r\n");
}

RequestHead Accepted(absl::string_view bytes) {
  absl::variant<RequestHead, HeadRefusal> parsed = ParseRequestHead(bytes, RequestLimits());
  if (const auto* refusal = absl::get_if<HeadRefusal>(&parsed)) {
    ADD_FAILURE() << refusal->status << " " << refusal->message;
    return {};
  }
  return absl::get<RequestHead>(std::move(parsed));
}

HeadRefusal Refused(absl::string_view bytes, const RequestLimits& limits = {}) {
  absl::variant<RequestHead, HeadRefusal> parsed = ParseRequestHead(bytes, limits);
  if (const auto* refusal = absl::get_if<HeadRefusal>(&parsed)) return *refusal;
  ADD_FAILURE() << "accepted: " << bytes;
  return {0, ""};
}

TEST(RequestHeadTest, ReadsMethodPathQueryAndHeaders) {
  const RequestHead head =
      Accepted(HeadText("POST /a%20b?x=1&y=%20+&x=2 HTTP/1.1", "Content-Length: 12\r\nA:  b \t\r\n"));
  EXPECT_EQ(head.request.method, "POST");
  EXPECT_EQ(head.request.path, "/a%20b");
  EXPECT_THAT(head.request.query_parameters, ElementsAre(Pair("x", "1"), Pair("y", "  ")));
  EXPECT_EQ(head.request.Header("a"), "b");
  EXPECT_EQ(head.content_length, 12u);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.expects_continue);
}

TEST(RequestHeadTest, ClosesWhenAskedTo) {
  EXPECT_FALSE(Accepted(HeadText("GET / HTTP/1.1", "Connection: x, Close\r\n")).keep_alive);
  EXPECT_FALSE(Accepted(HeadText("GET / HTTP/1.0")).keep_alive);
}

TEST(RequestHeadTest, KnowsOneExpectation) {
  EXPECT_TRUE(Accepted(HeadText("PUT / HTTP/1.1", "Content-Length: 1\r\nExpect: 100-continue\r\n")).expects_continue);
  EXPECT_EQ(Refused(HeadText("PUT / HTTP/1.1", "Content-Length: 1\r\nExpect: a miracle\r\n")).status, 417);
}

TEST(RequestHeadTest, ADeletionMayHaveABody) {
  EXPECT_EQ(Accepted(HeadText("DELETE / HTTP/1.1", "Content-Length: 3\r\n")).content_length, 3u);
  EXPECT_EQ(Accepted(HeadText("DELETE / HTTP/1.1")).content_length, 0u);
}

struct BadHead {
  const char* name;
  std::string bytes;
  int status;
};

class BadRequestHeadTest : public testing::TestWithParam<BadHead> {};

TEST_P(BadRequestHeadTest, IsRefusedWithAReason) {
  const HeadRefusal refusal = Refused(GetParam().bytes);
  EXPECT_EQ(refusal.status, GetParam().status);
  EXPECT_FALSE(refusal.message.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Smuggling, BadRequestHeadTest,
    testing::Values(
        BadHead{"chunked", HeadText("POST / HTTP/1.1", "Transfer-Encoding: chunked\r\n"), 400},
        BadHead{"chunked_and_length",
                HeadText("POST / HTTP/1.1", "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"), 400},
        BadHead{"chunked_oddly", HeadText("POST / HTTP/1.1", "Transfer-Encoding: xchunked\r\n"), 400},
        BadHead{"chunked_in_a_get", HeadText("GET / HTTP/1.1", "transfer-encoding: identity\r\n"), 400},
        BadHead{"space_before_colon",
                HeadText("POST / HTTP/1.1", "Content-Length: 0\r\nTransfer-Encoding : chunked\r\n"), 400},
        BadHead{"folded", HeadText("POST / HTTP/1.1", "Content-Length: 0\r\nX: y\r\n Transfer-Encoding: chunked\r\n"),
                400},
        BadHead{"folded_by_tab", HeadText("GET / HTTP/1.1", "X: y\r\n\tz\r\n"), 400},
        BadHead{"two_lengths", HeadText("POST / HTTP/1.1", "Content-Length: 1\r\nContent-Length: 2\r\n"), 400},
        BadHead{"same_length_twice", HeadText("POST / HTTP/1.1", "Content-Length: 1\r\ncontent-length: 1\r\n"), 400},
        BadHead{"list_of_lengths", HeadText("POST / HTTP/1.1", "Content-Length: 1, 1\r\n"), 400},
        BadHead{"plus_length", HeadText("POST / HTTP/1.1", "Content-Length: +1\r\n"), 400},
        BadHead{"negative_length", HeadText("POST / HTTP/1.1", "Content-Length: -1\r\n"), 400},
        BadHead{"hexadecimal_length", HeadText("POST / HTTP/1.1", "Content-Length: 0x1\r\n"), 400},
        BadHead{"empty_length", HeadText("POST / HTTP/1.1", "Content-Length:\r\n"), 400},
        BadHead{"no_length", HeadText("POST / HTTP/1.1"), 411},
        BadHead{"endless_length", HeadText("POST / HTTP/1.1", "Content-Length: 99999999999999999999999\r\n"), 413},
        BadHead{"large_length", HeadText("POST / HTTP/1.1", "Content-Length: 16777217\r\n"), 413},
        BadHead{"get_with_body", HeadText("GET / HTTP/1.1", "Content-Length: 5\r\n"), 400},
        BadHead{"encoded_body", HeadText("POST / HTTP/1.1", "Content-Length: 5\r\nContent-Encoding: gzip\r\n"), 415},
        BadHead{"two_hosts", HeadText("GET / HTTP/1.1", "Host: other\r\n"), 400},
        BadHead{"two_keys", HeadText("GET / HTTP/1.1", "Authorization: a\r\nAuthorization: b\r\n"), 400},
        BadHead{"two_cookies", HeadText("GET / HTTP/1.1", "Cookie: a\r\nCookie: b\r\n"), 400},
        BadHead{"bare_lf", "GET / HTTP/1.1\r\nHost: h\nX: y\r\n\r\n", 400},
        BadHead{"bare_cr", "GET / HTTP/1.1\r\nHost: h\rX: y\r\n\r\n", 400},
        BadHead{"nul_in_value", HeadText("GET / HTTP/1.1", std::string("X: a\0b\r\n", 8)), 400}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Grammar, BadRequestHeadTest,
    testing::Values(
        BadHead{"empty", "", 400}, BadHead{"no_end", "GET / HTTP/1.1\r\nHost: h\r\n", 400},
        BadHead{"no_host", "GET / HTTP/1.1\r\n\r\n", 400},
        BadHead{"empty_host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400}, BadHead{"two_words", HeadText("GET /"), 400},
        BadHead{"four_words", HeadText("GET / a HTTP/1.1"), 400},
        BadHead{"two_spaces", HeadText("GET  / HTTP/1.1"), 400},
        BadHead{"odd_method", HeadText("G\"T / HTTP/1.1"), 400},
        BadHead{"long_method", HeadText("ABCDEFGHIJKLMNOPQ / HTTP/1.1"), 400},
        BadHead{"http_2", HeadText("PRI * HTTP/2.0"), 505}, BadHead{"http_0", HeadText("GET / HTTP/0.9"), 505},
        BadHead{"absolute_address", HeadText("GET http://h/ HTTP/1.1"), 400},
        BadHead{"asterisk", HeadText("GET * HTTP/1.1"), 400}, BadHead{"fragment", HeadText("GET /a#b HTTP/1.1"), 400},
        BadHead{"raw_utf8", HeadText("GET /\xC3\xA4 HTTP/1.1"), 400},
        BadHead{"damaged_query", HeadText("GET /?a=%zz HTTP/1.1"), 400},
        BadHead{"nul_in_query", HeadText("GET /?a=%00 HTTP/1.1"), 400},
        BadHead{"long_address", HeadText(absl::StrCat("GET /", std::string(8192, 'a'), " HTTP/1.1")), 414},
        BadHead{"header_without_colon", HeadText("GET / HTTP/1.1", "nonsense\r\n"), 400},
        BadHead{"header_without_name", HeadText("GET / HTTP/1.1", ": x\r\n"), 400},
        BadHead{"large_head", HeadText("GET / HTTP/1.1", absl::StrCat("X: ", std::string(32768, 'x'), "\r\n")), 431}),
    [](const auto& info) { return info.param.name; });

TEST(RequestHeadTest, TooManyHeadersAreRefused) {
  std::string headers;
  for (int i = 0; i < 100; ++i) absl::StrAppend(&headers, "X: y\r\n");
  const HeadRefusal refusal = Refused(HeadText("GET / HTTP/1.1", headers));
  EXPECT_EQ(refusal.status, 431);
  EXPECT_THAT(refusal.message, HasSubstr("100"));
}

}  // namespace
}  // namespace specrelay
