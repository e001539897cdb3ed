#include "dashboard/http/request_head.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/types/optional.h"
#include "dashboard/http/url.h"

namespace specrelay {
namespace {

using Refusal = absl::optional<HeadRefusal>;

constexpr size_t kMaxMethodBytes = 16;
constexpr size_t kMaxLengthDigits = 18;

// Two of them would leave open which one counts, here or at a proxy before.
constexpr absl::string_view kSingleHeaders[] = {"Host",   "Content-Length", "Content-Type", "Authorization",
                                                "Cookie", "Origin",         "X-Request-Id", "Sec-Fetch-Site",
                                                "Expect", "If-Match"};

Refusal Refuse(int status, absl::string_view message) { return HeadRefusal{status, std::string(message)}; }

bool IsTokenChar(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("!#$%&'*+-.^_`|~", c);
}

bool IsToken(absl::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), IsTokenChar); }

bool IsControl(char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); }

bool IsValue(absl::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) { return IsControl(c) && c != '\t'; });
}

bool HasBody(absl::string_view method) { return method == "POST" || method == "PUT" || method == "PATCH"; }

Refusal ReadTarget(absl::string_view target, HttpRequest& request) {
  const bool visible = std::all_of(target.begin(), target.end(),
                                   [](char c) { return absl::ascii_isgraph(static_cast<unsigned char>(c)); });
  if (!visible || absl::StrContains(target, '#')) {
    return Refuse(400, "the address has characters that must be percent-encoded");
  }
  if (target == "*" && request.method == "OPTIONS") {
    request.path = "*";
    return absl::nullopt;
  }
  if (!absl::StartsWith(target, "/")) return Refuse(400, "the address must be a path that begins with '/'");
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(target, absl::MaxSplits('?', 1));
  absl::StatusOr<std::map<std::string, std::string>> query = ParseQuery(parts.second);
  if (!query.ok()) return Refuse(400, query.status().message());
  request.path = std::string(parts.first);
  request.query_parameters = *std::move(query);
  return absl::nullopt;
}

Refusal ReadRequestLine(absl::string_view line, const RequestLimits& limits, RequestHead& head) {
  const std::vector<absl::string_view> parts = absl::StrSplit(line, ' ');
  if (parts.size() != 3 || !IsToken(parts[0]) || parts[0].size() > kMaxMethodBytes) {
    return Refuse(400, "the request line must be METHOD, path and HTTP/1.1 with one space between");
  }
  if (parts[2] != "HTTP/1.1" && parts[2] != "HTTP/1.0") return Refuse(505, "only HTTP/1.1 is spoken here");
  if (parts[1].size() > limits.max_target_bytes) {
    return Refuse(414, absl::StrCat("the address is longer than ", limits.max_target_bytes, " bytes; shorten it"));
  }
  head.keep_alive = parts[2] == "HTTP/1.1";
  head.request.method = std::string(parts[0]);
  return ReadTarget(parts[1], head.request);
}

Refusal ReadHeader(absl::string_view line, HttpHeaders& headers) {
  const size_t colon = line.find(':');
  // A line that begins with a space would belong to the header before it for some servers.
  if (colon == absl::string_view::npos || !IsToken(line.substr(0, colon))) {
    return Refuse(400, "a header is malformed; write each as \"Name: value\" on one line");
  }
  const absl::string_view value = absl::StripAsciiWhitespace(line.substr(colon + 1));
  if (!IsValue(value)) return Refuse(400, "a header has control characters in its value; leave them out");
  headers.emplace_back(line.substr(0, colon), value);
  return absl::nullopt;
}

Refusal CheckSingleHeaders(const HttpHeaders& headers) {
  for (const absl::string_view name : kSingleHeaders) {
    const auto is_named = [name](const auto& header) { return absl::EqualsIgnoreCase(header.first, name); };
    if (std::count_if(headers.begin(), headers.end(), is_named) > 1) {
      return Refuse(400, absl::StrCat("there is more than one ", name, " header; send one"));
    }
  }
  return absl::nullopt;
}

Refusal ReadLength(const RequestLimits& limits, RequestHead& head) {
  const HttpRequest& request = head.request;
  if (request.FindHeader("Transfer-Encoding")) {
    return Refuse(400, "Transfer-Encoding is not accepted; send a Content-Length");
  }
  if (request.FindHeader("Content-Encoding")) {
    return Refuse(415, "Content-Encoding is not accepted; send the body as it is");
  }
  const absl::optional<absl::string_view> length = request.FindHeader("Content-Length");
  if (!length) {
    if (HasBody(request.method)) return Refuse(411, absl::StrCat(request.method, " needs a Content-Length, also of 0"));
    return absl::nullopt;
  }
  const bool digits = std::all_of(length->begin(), length->end(),
                                  [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); });
  uint64_t bytes = 0;
  if (length->empty() || !digits) return Refuse(400, "Content-Length must be a whole number");
  if (length->size() > kMaxLengthDigits || !absl::SimpleAtoi(*length, &bytes) || bytes > limits.max_body_bytes) {
    return Refuse(413, absl::StrCat("the body is larger than ", limits.max_body_bytes, " bytes; send a smaller one"));
  }
  if (bytes > 0 && !HasBody(request.method) && request.method != "DELETE") {
    return Refuse(400, absl::StrCat("a body is not accepted with ", request.method, "; leave it out"));
  }
  head.content_length = bytes;
  return absl::nullopt;
}

Refusal ReadConnection(RequestHead& head) {
  for (const auto& [name, value] : head.request.headers) {
    if (!absl::EqualsIgnoreCase(name, "Connection")) continue;
    for (const absl::string_view token : absl::StrSplit(value, ',')) {
      if (absl::EqualsIgnoreCase(absl::StripAsciiWhitespace(token), "close")) head.keep_alive = false;
    }
  }
  const absl::optional<absl::string_view> expectation = head.request.FindHeader("Expect");
  if (!expectation) return absl::nullopt;
  if (!absl::EqualsIgnoreCase(*expectation, "100-continue")) {
    return Refuse(417, "of Expect only 100-continue is known; leave it out");
  }
  head.expects_continue = true;
  return absl::nullopt;
}

Refusal Read(absl::string_view bytes, const RequestLimits& limits, RequestHead& head) {
  if (bytes.size() > limits.max_head_bytes) {
    return Refuse(431, absl::StrCat("the headers have more than ", limits.max_head_bytes, " bytes; send fewer"));
  }
  if (!absl::ConsumeSuffix(&bytes, "\r\n\r\n")) return Refuse(400, "the headers must end with an empty line");
  std::vector<absl::string_view> lines = absl::StrSplit(bytes, "\r\n");
  // A bare one is the end of a line for some servers and part of it for others.
  for (const absl::string_view line : lines) {
    if (line.find_first_of("\r\n") != absl::string_view::npos) return Refuse(400, "lines must end with CR and LF");
  }
  if (Refusal refusal = ReadRequestLine(lines[0], limits, head)) return refusal;
  if (lines.size() - 1 > static_cast<size_t>(limits.max_headers)) {
    return Refuse(431, absl::StrCat("there are more than ", limits.max_headers, " headers; send fewer"));
  }
  for (size_t i = 1; i < lines.size(); ++i) {
    if (Refusal refusal = ReadHeader(lines[i], head.request.headers)) return refusal;
  }
  if (Refusal refusal = CheckSingleHeaders(head.request.headers)) return refusal;
  if (head.request.Header("Host").empty()) return Refuse(400, "there is no Host header; send one");
  if (Refusal refusal = ReadLength(limits, head)) return refusal;
  return ReadConnection(head);
}

}  // namespace

absl::variant<RequestHead, HeadRefusal> ParseRequestHead(absl::string_view bytes, const RequestLimits& limits) {
  RequestHead head;
  if (Refusal refusal = Read(bytes, limits, head)) return *std::move(refusal);
  return head;
}

}  // namespace specrelay
