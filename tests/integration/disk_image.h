// What a project and the machine's directory hold, as bytes, and how two such states differ.
#ifndef SPECRELAY_TESTS_INTEGRATION_DISK_IMAGE_H_
#define SPECRELAY_TESTS_INTEGRATION_DISK_IMAGE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace specrelay {

// Path → content of the regular files at one moment. Paths are relative to `.spec-context`, those of the project
// outside of it begin with "../", and those of the machine's directory with "machine/". What the agent keeps to itself
// (`.specrelay`) is left out.
using DiskImage = std::map<std::string, std::string>;

// Takes the image. A directory that does not exist holds nothing.
DiskImage ReadDisk(const std::string& project_dir, const std::string& machine_dir);

// "+path" for a new file, "-path" for one that is gone, "~path" for another content; in the order of the paths.
std::vector<std::string> DiskChanges(const DiskImage& before, const DiskImage& after);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_DISK_IMAGE_H_
