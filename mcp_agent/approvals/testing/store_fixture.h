// An ApprovalStore on a tree in memory, and transactions that carry their effects out at once.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_TESTING_STORE_FIXTURE_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_TESTING_STORE_FIXTURE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/approvals/damage_log.h"
#include "mcp_agent/ledger/testing/direct_transaction.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/tree/testing/memory_tree.h"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

class StoreFixture : public ::testing::Test {
 protected:
  static constexpr char kRequirements[] = ".spec-context/specs/user-auth/requirements.md";

  static ApprovalStoreOptions Options() {
    ApprovalStoreOptions options;
    options.project_path = "/home/user/project";
    options.may_decide = [](const v1::Actor& actor) {
      return actor.account() == "guest" ? absl::PermissionDeniedError("deciding_accounts") : absl::OkStatus();
    };
    return options;
  }

  static v1::AgentPolicy Readable() {
    v1::AgentPolicy policy;
    policy.set_project_readable(true);
    return policy;
  }

  static v1::Actor Person(absl::string_view name, absl::string_view account = "acme") {
    v1::Actor actor;
    actor.set_account(std::string(account));
    actor.set_key_name(std::string(name));
    actor.set_client("browser");
    return actor;
  }

  // The next command, from `actor` and at now_. Only one may live at a time.
  DirectTransaction Next(v1::Actor actor = Person("ann")) {
    return DirectTransaction(tree_, absl::StrCat("request-", ++requests_), now_, std::move(actor));
  }

  static v1::ApprovalCreateRequest CreateRequest(absl::string_view file_path = kRequirements,
                                                 absl::string_view title = "Review requirements") {
    v1::ApprovalCreateRequest request;
    request.set_title(std::string(title));
    request.set_file_path(std::string(file_path));
    request.set_type(v1::APPROVAL_TYPE_DOCUMENT);
    request.set_category(v1::APPROVAL_CATEGORY_SPEC);
    request.set_category_name("user-auth");
    return request;
  }

  // Id of a new pending approval; its file must exist.
  std::string CreateApproval(absl::string_view file_path = kRequirements,
                             absl::string_view title = "Review requirements") {
    DirectTransaction tx = Next();
    const absl::StatusOr<v1::ApprovalCreateResponse> response = store_.Create(tx, CreateRequest(file_path, title));
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->approval().id() : "";
  }

  static v1::ApprovalUpdateRequest UpdateRequest(absl::string_view id,
                                                 v1::ApprovalStatus status = v1::APPROVAL_STATUS_APPROVED) {
    v1::ApprovalUpdateRequest request;
    request.set_id(std::string(id));
    request.set_status(status);
    request.set_response("ok");
    return request;
  }

  absl::StatusOr<v1::ApprovalUpdateResponse> Decide(const v1::ApprovalUpdateRequest& request,
                                                    v1::Actor actor = Person("ann")) {
    DirectTransaction tx = Next(std::move(actor));
    return store_.Update(tx, request);
  }

  v1::Approval Get(absl::string_view id) {
    v1::ApprovalGetRequest request;
    request.set_id(std::string(id));
    const absl::StatusOr<v1::ApprovalGetResponse> response = store_.Get(request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->approval() : v1::Approval();
  }

  std::vector<v1::ApprovalSnapshot> Snapshots(absl::string_view id) {
    v1::ApprovalSnapshotsRequest request;
    request.set_id(std::string(id));
    const absl::StatusOr<v1::ApprovalSnapshotsResponse> response = store_.Snapshots(request);
    EXPECT_TRUE(response.ok()) << response.status();
    if (!response.ok()) return {};
    return {response->snapshots().begin(), response->snapshots().end()};
  }

  // Content of a file of the tree, or the error.
  std::string Read(absl::string_view path) {
    const absl::StatusOr<FileContent> file = tree_.Read(path, kDefaultMaxFileBytes);
    return file.ok() ? file->bytes : file.status().ToString();
  }

  static std::string PathOf(absl::string_view id) { return ApprovalPath("user-auth", id); }

  void PutRequirements(absl::string_view text = "# Requirements\n") {
    tree_.Put("specs/user-auth/requirements.md", text);
  }

  absl::Time now_ = absl::FromUnixMillis(1'795'227'694'305);
  MemoryTree tree_;
  MemoryTree project_files_;
  const EnforcedPolicy policy_{Readable()};
  DamageLog damage_;
  ApprovalStore store_{tree_, &project_files_, policy_, damage_, Options()};

 private:
  int requests_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_TESTING_STORE_FIXTURE_H_
