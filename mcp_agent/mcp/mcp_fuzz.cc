// Fuzzes the MCP server. An input is what a client sends, line by line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/mcp/testing/fuzz_session.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  specrelay::FuzzSession session("2025-03-26");
  for (const absl::string_view line : absl::StrSplit(input, '\n')) session.Send(line);
  if (!session.IsAlive()) std::abort();
  return 0;
}
