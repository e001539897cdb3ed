// Handlers and checks for tests of groups of writes.
#ifndef SPECRELAY_MCP_AGENT_LEDGER_TESTING_LEDGER_GROUP_FIXTURE_H_
#define SPECRELAY_MCP_AGENT_LEDGER_TESTING_LEDGER_GROUP_FIXTURE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "gtest/gtest.h"
#include "mcp_agent/audit/audit_verifier.h"
#include "mcp_agent/ledger/journal_frames.h"
#include "mcp_agent/ledger/ledger.h"
#include "mcp_agent/ledger/testing/group_of_writes.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "mcp_agent/tree/testing/observed_tree.h"
#include "proto/support/status_macros.h"
#include "proto/support/testing/fake_clock.h"

namespace specrelay {

using Answer = absl::StatusOr<v1::CommandResult>;
using Handler = GroupOfWrites::Handler;

inline constexpr char kJournal[] = ".specrelay/journal";

inline v1::CommandResult Said(absl::string_view what) {
  v1::CommandResult result;
  result.mutable_file_write()->set_path(std::string(what));
  return result;
}

// Adds `line` to a file that it replaces, and answers with what it has found there.
inline Handler AddLine(std::string path, std::string line) {
  return [path, line](Transaction& transaction) -> Answer {
    const absl::StatusOr<FileContent> before = transaction.tree().Read(path, kDefaultMaxFileBytes);
    const std::string found = before.ok() ? before->bytes : "";
    RETURN_IF_ERROR(transaction.Write(path, absl::StrCat(found, line, "\n")).status());
    transaction.SetSummary(absl::StrCat("added ", line));
    return Said(found);
  };
}

inline Handler Append(std::string path, std::string line) {
  return [path, line](Transaction& transaction) -> Answer {
    RETURN_IF_ERROR(transaction.Append(path, absl::StrCat(line, "\n")));
    return Said(line);
  };
}

inline Handler Refuse(absl::Status status) {
  return [status](Transaction&) -> Answer { return status; };
}

class LedgerGroupTest : public testing::Test {
 protected:
  LedgerGroupTest() { tree_.Put("log", "begin\n"); }

  std::string Content(absl::string_view path) {
    const absl::StatusOr<FileContent> content = tree_.Read(path, kDefaultMaxFileBytes);
    return content.ok() ? content->bytes : absl::StrCat("<", content.status().ToString(), ">");
  }

  // Numbers of writes of the groups in the journal.
  std::vector<int> GroupSizes() {
    std::vector<int> sizes;
    for (const JournalFrame& frame : ScanJournal(Content(kJournal)).frames) {
      sizes.push_back(1 + frame.record.others_size());
    }
    return sizes;
  }

  void ExpectAuditIntact(int lines) {
    AuditVerifier verifier;
    verifier.Feed(Content("audit.jsonl"));
    const AuditReport report = verifier.Finish();
    EXPECT_TRUE(report.intact()) << Content("audit.jsonl");
    EXPECT_EQ(report.lines, lines);
  }

  // No temporary file is left; they are not listed, but counted among what is there.
  void ExpectNothingStaged() {
    EXPECT_EQ(observed_.calls("Stage"), observed_.calls("Place") + observed_.calls("Discard"));
  }

  FakeClock clock_;
  MemoryTree tree_{&clock_};
  ObservedTree observed_{tree_};
  Ledger ledger_{observed_, clock_};
  GroupOfWrites group_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LEDGER_TESTING_LEDGER_GROUP_FIXTURE_H_
