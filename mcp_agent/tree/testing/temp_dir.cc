#include "mcp_agent/tree/testing/temp_dir.h"

#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void Die(absl::string_view what, absl::string_view path) {
  std::fprintf(stderr, "TempDir cannot %s %s\n", std::string(what).c_str(), std::string(path).c_str());
  std::abort();
}

std::string MakeUnique() {
  const char* base = ::getenv("TEST_TMPDIR");
  std::string pattern = absl::StrCat(base == nullptr ? "/tmp" : base, "/specrelay.XXXXXX");
  if (::mkdtemp(pattern.data()) == nullptr) Die("make", pattern);
  return fs::canonical(pattern).string();
}

}  // namespace

TempDir::TempDir() : path_(MakeUnique()) {}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TempDir::Join(absl::string_view relative) const { return absl::StrCat(path_, "/", relative); }

void TempDir::WriteFile(absl::string_view relative, absl::string_view bytes) const {
  const fs::path file = Join(relative);
  MakeDirectory(fs::path(std::string(relative)).parent_path().string());
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  stream.close();
  if (!stream) Die("write", file.string());
}

std::string TempDir::ReadFile(absl::string_view relative) const {
  std::ifstream stream(Join(relative), std::ios::binary);
  if (!stream) Die("read", Join(relative));
  return std::string(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
}

void TempDir::MakeDirectory(absl::string_view relative) const {
  std::error_code error;
  fs::create_directories(Join(relative), error);
  if (error) Die("make the directory", Join(relative));
}

bool TempDir::Exists(absl::string_view relative) const {
  std::error_code ignored;
  return fs::symlink_status(Join(relative), ignored).type() != fs::file_type::not_found;
}

void TempDir::Remove(absl::string_view relative) const {
  std::error_code error;
  fs::remove_all(Join(relative), error);
  if (error) Die("remove", Join(relative));
}

}  // namespace specrelay
