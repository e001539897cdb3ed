#include "mcp_agent/jobs/machine_zone.h"

#include <limits.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>

#include "absl/strings/strip.h"

namespace specrelay {
namespace {

constexpr absl::string_view kZones = "/zoneinfo/";
constexpr char kNameless[] = "localtime";

// What the link's target says below the directory of zones; empty when it is no such link.
std::string LinkedName(const std::string& link) {
  char target[PATH_MAX];
  const ssize_t length = readlink(link.c_str(), target, sizeof(target));
  if (length <= 0) return "";
  const absl::string_view path(target, static_cast<size_t>(length));
  const size_t at = path.find(kZones);
  return at == absl::string_view::npos ? "" : std::string(path.substr(at + kZones.size()));
}

}  // namespace

absl::TimeZone MachineZone(absl::string_view tz, const std::string& localtime) {
  absl::ConsumePrefix(&tz, ":");
  const std::string name = tz.empty() ? LinkedName(localtime) : std::string(tz);
  absl::TimeZone zone;
  if (!name.empty() && absl::LoadTimeZone(name, &zone)) return zone;
  return absl::LocalTimeZone();
}

absl::TimeZone MachineZone() {
  const char* tz = std::getenv("TZ");
  return MachineZone(tz == nullptr ? "" : tz, "/etc/localtime");
}

std::string PublicZoneName(absl::TimeZone zone) {
  const std::string name = zone.name();
  // A path of this machine is no name either.
  return name == kNameless || name.front() == '/' ? "" : name;
}

}  // namespace specrelay
