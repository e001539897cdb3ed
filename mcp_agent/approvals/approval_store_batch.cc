// The commands on several approvals, each a write of its own: BatchUpdate(), Undo().
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/repeated_field.h"
#include "mcp_agent/approvals/approval_store.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int kMaxIds = 100;

using Ids = google::protobuf::RepeatedPtrField<std::string>;

absl::Status CheckIds(const Ids& ids) {
  if (ids.empty()) return absl::InvalidArgumentError("ids must be a non-empty array");
  if (ids.size() > kMaxIds) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", ids.size(), " ids and the limit is ", kMaxIds, "; send several commands"));
  }
  absl::flat_hash_set<absl::string_view> seen;
  for (const std::string& id : ids) {
    if (!seen.insert(id).second) {
      return absl::InvalidArgumentError(absl::StrCat("the id ", Quoted(id), " is there twice; name each one once"));
    }
  }
  return absl::OkStatus();
}

// The write on the `index`th approval of `base`. The separator cannot come from a client's own request ids.
WriteRequest PartOf(const WriteRequest& base, int index, absl::string_view content) {
  WriteRequest part = base;
  part.request_id = absl::StrCat(base.request_id, "\x1f", index);
  part.digest = Sha256Hex(absl::StrCat(base.command, "\n", content));
  return part;
}

// Ties the request id to this very batch, as its parts could not: another one may have more of them.
absl::Status Claim(const Tree& tree, WriteLedger& ledger, const WriteRequest& base) {
  // Where there is no tree there is nothing to decide, and none is made for it.
  if (absl::IsNotFound(tree.Stat("").status())) return absl::OkStatus();
  const auto nothing = [](Transaction&) -> absl::StatusOr<v1::CommandResult> { return v1::CommandResult(); };
  return ledger.Execute(base, nothing).status();
}

v1::ApprovalBatchItem ToItem(absl::string_view id, const absl::Status& status) {
  v1::ApprovalBatchItem item;
  item.set_id(std::string(id));
  item.set_code(static_cast<int>(status.code()));
  item.set_error(std::string(status.message()));
  return item;
}

}  // namespace

absl::StatusOr<v1::ApprovalBatchUpdateResponse> ApprovalStore::BatchUpdate(
    WriteLedger& ledger, const WriteRequest& base, const v1::ApprovalBatchUpdateRequest& request) const {
  RETURN_IF_ERROR(CheckMayDecide(base.actor));
  RETURN_IF_ERROR(CheckIds(request.ids()));
  v1::ApprovalUpdateRequest update;
  update.set_status(request.status());
  update.set_response(request.response());
  RETURN_IF_ERROR(CheckDecision(update));
  RETURN_IF_ERROR(Claim(tree_, ledger, base));
  v1::ApprovalBatchUpdateResponse response;
  for (int i = 0; i < request.ids_size(); ++i) {
    update.set_id(request.ids(i));
    const WriteRequest part = PartOf(base, i, update.SerializeAsString());
    const absl::StatusOr<v1::CommandResult> result =
        ledger.Execute(part, [&](Transaction& tx) -> absl::StatusOr<v1::CommandResult> {
          v1::CommandResult result;
          ASSIGN_OR_RETURN(*result.mutable_approval_update(), Update(tx, update));
          return result;
        });
    *response.add_items() = ToItem(request.ids(i), result.status());
  }
  return response;
}

absl::StatusOr<v1::ApprovalUndoResponse> ApprovalStore::Undo(WriteLedger& ledger, const WriteRequest& base,
                                                             const v1::ApprovalUndoRequest& request) const {
  RETURN_IF_ERROR(CheckMayDecide(base.actor));
  RETURN_IF_ERROR(CheckIds(request.ids()));
  RETURN_IF_ERROR(Claim(tree_, ledger, base));
  v1::ApprovalUndoResponse response;
  for (int i = 0; i < request.ids_size(); ++i) {
    const std::string& id = request.ids(i);
    const absl::StatusOr<v1::CommandResult> result =
        ledger.Execute(PartOf(base, i, id), [&](Transaction& tx) -> absl::StatusOr<v1::CommandResult> {
          RETURN_IF_ERROR(UndoOne(tx, id));
          v1::CommandResult result;
          *result.mutable_approval_undo()->add_items() = ToItem(id, absl::OkStatus());
          return result;
        });
    *response.add_items() = ToItem(id, result.status());
  }
  return response;
}

}  // namespace specrelay
