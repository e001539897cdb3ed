// The files of a directory as they are on disk, outside of any agent.
#ifndef SPECRELAY_TESTS_INTEGRATION_TREE_CONTENTS_H_
#define SPECRELAY_TESTS_INTEGRATION_TREE_CONTENTS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// Taken once, when nobody writes. Thread-safe after construction.
class TreeContents {
 public:
  // Reads every regular file below `directory`. Each JSON file and each line of a JSONL file that does not parse fails
  // the test.
  explicit TreeContents(const std::string& directory);

  // Bytes of a file, given by its path relative to the directory; empty when there is none.
  const std::string& Bytes(const std::string& path) const;
  bool Has(const std::string& path) const { return files_.count(path) != 0; }
  // The values of a JSON file (one) or of a JSONL file (one for each line); none when there is no such file.
  const std::vector<nlohmann::json>& Values(const std::string& path) const;

  // Paths that start with `prefix` and end with `suffix`.
  std::vector<std::string> Paths(absl::string_view prefix, absl::string_view suffix) const;

 private:
  std::map<std::string, std::string> files_;
  std::map<std::string, std::vector<nlohmann::json>> values_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_TREE_CONTENTS_H_
