// Which commands a test binary has shown, so that none of the catalog is forgotten.
#ifndef SPECRELAY_TESTS_INTEGRATION_COMMAND_COVERAGE_H_
#define SPECRELAY_TESTS_INTEGRATION_COMMAND_COVERAGE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace specrelay {

// Not thread-safe.
class CommandCoverage {
 public:
  // The one of this process.
  static CommandCoverage& Get();

  void NoteGood(absl::string_view command) { good_.insert(std::string(command)); }
  void NoteRefused(absl::string_view command) { refused_.insert(std::string(command)); }
  void NoteResent(absl::string_view command) { resent_.insert(std::string(command)); }

  // What is missing, a sentence each: every command needs a good case, every one that can be given a bad input a
  // refusal, and every write that it was sent twice.
  std::vector<std::string> Missing() const;

 private:
  std::set<std::string> good_;
  std::set<std::string> refused_;
  std::set<std::string> resent_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_COMMAND_COVERAGE_H_
