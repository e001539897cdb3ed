#include "mcp_agent/mcp/resource_uri.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

using Kind = ResourceUri::Kind;

constexpr absl::string_view kScheme = "spec-context://";

std::string Escaped(absl::string_view text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(byte) || absl::string_view("-._~").find(c) != absl::string_view::npos) {
      escaped.push_back(c);
    } else {
      absl::StrAppendFormat(&escaped, "%%%02X", byte);
    }
  }
  return escaped;
}

absl::optional<std::string> Unescaped(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      plain.push_back(text[i]);
      continue;
    }
    const absl::string_view digits = text.substr(i + 1, 2);
    if (digits.size() != 2 || !absl::ascii_isxdigit(static_cast<unsigned char>(digits[0])) ||
        !absl::ascii_isxdigit(static_cast<unsigned char>(digits[1]))) {
      return absl::nullopt;
    }
    plain += absl::HexStringToBytes(digits);
    i += 2;
  }
  return plain;
}

bool IsOneOf(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::optional<ResourceUri> Checked(Kind kind, absl::string_view name, absl::string_view document) {
  absl::ConsumeSuffix(&document, ".md");
  const bool is_steering = kind == Kind::kSteering;
  if (!is_steering && name.empty()) return absl::nullopt;
  if (kind != Kind::kApproval && !IsOneOf(is_steering ? SteeringResourceNames() : SpecDocumentNames(), document)) {
    return absl::nullopt;
  }
  return ResourceUri{kind, std::string(name), std::string(document)};
}

absl::optional<ResourceUri> FromParts(const std::vector<std::string>& parts) {
  if (parts.size() == 3 && parts[0] == "specs") return Checked(Kind::kSpec, parts[1], parts[2]);
  if (parts.size() == 4 && parts[0] == "archive" && parts[1] == "specs") {
    return Checked(Kind::kArchivedSpec, parts[2], parts[3]);
  }
  if (parts.size() == 2 && parts[0] == "steering") return Checked(Kind::kSteering, "", parts[1]);
  if (parts.size() == 2 && parts[0] == "approvals") return Checked(Kind::kApproval, parts[1], "");
  return absl::nullopt;
}

}  // namespace

const std::vector<std::string>& SpecDocumentNames() {
  static const auto& names = *new std::vector<std::string>{"requirements", "design", "tasks"};
  return names;
}

const std::vector<std::string>& SteeringResourceNames() {
  static const auto& names = *new std::vector<std::string>{"product", "tech", "structure", "principles"};
  return names;
}

absl::StatusOr<ResourceUri> ParseResourceUri(absl::string_view uri) {
  absl::string_view path = uri;
  std::vector<std::string> parts;
  bool valid = absl::ConsumePrefix(&path, kScheme);
  if (valid) {
    for (const absl::string_view part : absl::StrSplit(path, '/')) {
      absl::optional<std::string> plain = Unescaped(part);
      valid &= plain.has_value();
      parts.push_back(std::move(plain).value_or(""));
    }
  }
  if (valid) {
    if (absl::optional<ResourceUri> parsed = FromParts(parts); parsed.has_value()) return *std::move(parsed);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      Quoted(uri),
      " names no resource; there are spec-context://specs/{name}/{document} and the same below archive/, with "
      "requirements, design or tasks, spec-context://steering/{document} with product, tech, structure or "
      "principles, and spec-context://approvals/{id}"));
}

std::string ToString(const ResourceUri& uri) {
  switch (uri.kind) {
    case Kind::kSpec:
      return absl::StrCat(kScheme, "specs/", Escaped(uri.name), "/", uri.document);
    case Kind::kArchivedSpec:
      return absl::StrCat(kScheme, "archive/specs/", Escaped(uri.name), "/", uri.document);
    case Kind::kSteering:
      return absl::StrCat(kScheme, "steering/", uri.document);
    case Kind::kApproval:
      return absl::StrCat(kScheme, "approvals/", Escaped(uri.name));
  }
  return "";
}

absl::optional<ResourceUri> ResourceOfFile(absl::string_view path) {
  std::vector<std::string> parts = absl::StrSplit(path, '/');
  if (parts.size() == 3 && parts[0] == "approvals") {
    absl::string_view id = parts[2];
    if (!absl::ConsumeSuffix(&id, ".json")) return absl::nullopt;
    return Checked(Kind::kApproval, id, "");
  }
  if (!absl::EndsWith(path, ".md")) return absl::nullopt;
  return FromParts(parts);
}

}  // namespace specrelay
