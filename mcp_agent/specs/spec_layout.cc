#include "mcp_agent/specs/spec_layout.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/specs/names.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

absl::string_view ListingCommand(SpecShelf shelf) {
  return shelf == SpecShelf::kActive ? "spec-list" : "spec-archived-list";
}

absl::string_view DocumentFileName(v1::SpecDocument document) {
  switch (document) {
    case v1::SPEC_DOCUMENT_REQUIREMENTS:
      return "requirements.md";
    case v1::SPEC_DOCUMENT_DESIGN:
      return "design.md";
    default:
      return "tasks.md";
  }
}

}  // namespace

absl::Status CheckSpecName(absl::string_view name) { return CheckName("spec name", name); }

absl::string_view ShelfPath(SpecShelf shelf) { return shelf == SpecShelf::kActive ? "specs" : "archive/specs"; }

std::string SpecPath(SpecShelf shelf, absl::string_view name) { return absl::StrCat(ShelfPath(shelf), "/", name); }

std::string SpecDocumentPath(SpecShelf shelf, absl::string_view name, v1::SpecDocument document) {
  return absl::StrCat(SpecPath(shelf, name), "/", DocumentFileName(document));
}

std::string SpecDisplayName(absl::string_view name) {
  std::string display(name);
  bool word_start = true;
  for (char& c : display) {
    if (word_start) c = absl::ascii_toupper(c);
    word_start = c == '-';
    if (word_start) c = ' ';
  }
  return display;
}

absl::StatusOr<std::vector<std::string>> ListSpecNames(const Tree& tree, SpecShelf shelf) {
  absl::StatusOr<std::vector<DirectoryEntry>> entries = tree.List(ShelfPath(shelf));
  std::vector<std::string> names;
  if (absl::IsNotFound(entries.status())) return names;
  RETURN_IF_ERROR(entries.status());
  for (DirectoryEntry& entry : *entries) {
    if (entry.is_directory && CheckSpecName(entry.name).ok()) names.push_back(std::move(entry.name));
  }
  return names;
}

absl::StatusOr<FileStat> StatSpec(const Tree& tree, SpecShelf shelf, absl::string_view name,
                                  absl::string_view not_found) {
  absl::StatusOr<FileStat> stat = tree.Stat(SpecPath(shelf, name));
  if (absl::IsNotFound(stat.status()) || (stat.ok() && !stat->is_directory)) {
    return absl::NotFoundError(absl::StrCat(not_found, "; ", ListingCommand(shelf), " tells which specs there are"));
  }
  return stat;
}

}  // namespace specrelay
