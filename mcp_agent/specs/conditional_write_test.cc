#include "mcp_agent/specs/conditional_write.h"

#include <string>

#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class ConditionalWriteTest : public ::testing::Test {
 protected:
  absl::StatusOr<WrittenFile> Write(absl::string_view path, absl::string_view bytes,
                                    absl::optional<absl::string_view> base_hash = absl::nullopt) {
    DirectTransaction transaction(tree_, "request-1");
    return WriteConditionally(transaction, policy_, {path, bytes, base_hash});
  }

  std::string ContentOf(absl::string_view path) { return tree_.Read(path, kDefaultMaxFileBytes).value().bytes; }

  MemoryTree tree_;
  const EnforcedPolicy policy_ = WithLimit(1000);

  static EnforcedPolicy WithLimit(int64_t max_file_bytes) {
    v1::AgentPolicy policy;
    policy.set_max_file_bytes(max_file_bytes);
    return EnforcedPolicy(policy);
  }
};

TEST_F(ConditionalWriteTest, CreatesAFileAndTellsItsVersion) {
  ASSERT_OK_AND_ASSIGN(const WrittenFile written, Write("steering/tech.md", "# Tech\n"));
  EXPECT_TRUE(written.created);
  EXPECT_EQ(written.version.hash(), Sha256Hex("# Tech\n"));
  EXPECT_EQ(written.version.size_bytes(), 7);
  EXPECT_TRUE(written.version.has_last_modified());
  EXPECT_EQ(ContentOf("steering/tech.md"), "# Tech\n");
}

TEST_F(ConditionalWriteTest, ReplacesAFileWhoseHashIsTheBase) {
  tree_.Put("a.md", "old");
  ASSERT_OK_AND_ASSIGN(const WrittenFile written, Write("a.md", "new", Sha256Hex("old")));
  EXPECT_FALSE(written.created);
  EXPECT_EQ(ContentOf("a.md"), "new");
}

TEST_F(ConditionalWriteTest, AnotherBaseIsAConflictThatCarriesTheCurrentContent) {
  tree_.Put("a.md", "theirs");
  for (const std::string& base : {Sha256Hex("old"), std::string("no hash at all"), std::string()}) {
    const absl::Status status = Write("a.md", "mine", base).status();
    EXPECT_THAT(status, IsStatus(absl::StatusCode::kAborted, AllOf(HasSubstr("a.md"), HasSubstr("base_hash"))));
    const v1::ConflictDetail conflict = ToCommandError(status).conflict();
    EXPECT_EQ(conflict.path(), "a.md");
    EXPECT_EQ(conflict.current_hash(), Sha256Hex("theirs"));
    EXPECT_EQ(conflict.current_content(), "theirs");
  }
  EXPECT_EQ(ContentOf("a.md"), "theirs");
}

TEST_F(ConditionalWriteTest, ABaseWhereThereIsNoFileIsAConflictWithoutHash) {
  tree_.Put("b.md", "so that the tree exists");
  const absl::Status status = Write("a.md", "mine", Sha256Hex("old")).status();
  EXPECT_THAT(status, IsStatus(absl::StatusCode::kAborted, HasSubstr("does not exist")));
  EXPECT_EQ(ToCommandError(status).conflict().path(), "a.md");
  EXPECT_EQ(ToCommandError(status).conflict().current_hash(), "");
  EXPECT_THAT(tree_.Stat("a.md"), HasCode(absl::StatusCode::kNotFound));
}

TEST_F(ConditionalWriteTest, AnEmptyBaseCreatesTheFile) {
  ASSERT_OK_AND_ASSIGN(const WrittenFile written, Write("a.md", "mine", ""));
  EXPECT_TRUE(written.created);
}

TEST_F(ConditionalWriteTest, AWriteThatCannotSucceedIsRefused) {
  EXPECT_THAT(Write("a.md", "mine", Sha256Hex("old")), HasCode(absl::StatusCode::kAborted));
  EXPECT_THAT(Write("../a.md", "mine"), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Write("a.md", std::string(1001, 'x')),
              IsStatus(absl::StatusCode::kResourceExhausted, HasSubstr("max_file_bytes")));
}

TEST_F(ConditionalWriteTest, AFileOverTheLimitMayBeReplacedButNotCompared) {
  tree_.Put("a.md", std::string(2000, 'x'));
  EXPECT_THAT(Write("a.md", "mine", Sha256Hex("old")), HasCode(absl::StatusCode::kResourceExhausted));
  ASSERT_THAT(Write("a.md", "mine"), IsOk());
  EXPECT_EQ(ContentOf("a.md"), "mine");
}

TEST_F(ConditionalWriteTest, ADirectoryIsNotReplaced) {
  tree_.Put("specs/a/design.md", "x");
  EXPECT_THAT(Write("specs/a", "mine"), HasCode(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Write("specs/a", "mine", Sha256Hex("x")), HasCode(absl::StatusCode::kInvalidArgument));
}

TEST(CheckTextTest, OnlyUtf8IsText) {
  EXPECT_THAT(CheckText("größe\n"), IsOk());
  EXPECT_THAT(CheckText(""), IsOk());
  EXPECT_THAT(CheckText("\xFF"), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
}

}  // namespace
}  // namespace specrelay
