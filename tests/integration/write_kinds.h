// Kinds of writes whose effects can be told apart on disk.
#ifndef SPECRELAY_TESTS_INTEGRATION_WRITE_KINDS_H_
#define SPECRELAY_TESTS_INTEGRATION_WRITE_KINDS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "specrelay/v1/command.pb.h"
#include "specrelay/v1/relay.pb.h"
#include "tests/integration/tree_contents.h"

namespace specrelay {

// The final outcome of a write.
using WriteAnswer = absl::StatusOr<v1::ExecuteResponse>;
// One for each step of a strand, as far as it has come.
using WriteAnswers = std::vector<WriteAnswer>;

struct WriteStep {
  absl::StatusCode outcome = absl::StatusCode::kOk;
  // Made from the answers to the steps before.
  std::function<v1::Command(const WriteAnswers&)> command;
};

// Where a strand left its effects.
struct WrittenTo {
  const TreeContents& tree;
  const TreeContents& machine;
};

// Writes that build on each other and so come in order. Strands do not depend on each other.
struct WriteStrand {
  std::string name;
  std::vector<WriteStep> steps;
  // Fails the test unless each step took effect once. `answers` has one for each step.
  std::function<void(const WrittenTo& to, const WriteAnswers& answers)> check;
  // Whether the steps change what the machine keeps, and are audited there, instead of the tree.
  bool of_machine = false;
};

// Makes the strand of its kind with a number from 0.
using WriteKind = WriteStrand (*)(int number);

// A new kind of writes is a new line of this table. The first has one step.
const std::vector<WriteKind>& WriteKinds();

// Puts into `tree_dir` what the first `strands` strands of each kind start from.
void PrepareForWrites(const std::string& tree_dir, int strands);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_WRITE_KINDS_H_
