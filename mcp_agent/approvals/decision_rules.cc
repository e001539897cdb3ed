#include "mcp_agent/approvals/decision_rules.h"

#include <cstddef>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/approvals/approval_names.h"
#include "mcp_agent/approvals/comment_json.h"
#include "mcp_agent/tree/utf8.h"
#include "proto/support/command_error.h"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"
#include "proto/support/time.h"

namespace specrelay {
namespace {

constexpr size_t kMaxTextBytes = 1 << 20;
constexpr size_t kMaxCommentBytes = 64 << 10;
constexpr int kMaxComments = 1000;
constexpr size_t kMaxColorBytes = 64;
constexpr size_t kHashDigits = 64;

absl::Status CheckText(absl::string_view what, absl::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " has ", text.size(), " bytes and the limit is ", max_bytes, "; shorten it"));
  }
  if (!IsValidUtf8(text)) return absl::InvalidArgumentError(absl::StrCat(what, " is not valid UTF-8; send text"));
  return absl::OkStatus();
}

// "#ffeb3b", "gold", "rgba(1, 2, 3, 0.5)": what may end up in a style sheet and nothing else.
bool IsColor(absl::string_view color) {
  return color.size() <= kMaxColorBytes && absl::c_all_of(color, [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  absl::string_view("#(),.% ").find(c) != absl::string_view::npos;
         });
}

absl::Status CheckComment(const v1::ApprovalComment& comment, absl::string_view name) {
  RETURN_IF_ERROR(CheckText(name, comment.comment(), kMaxCommentBytes));
  RETURN_IF_ERROR(CheckText(absl::StrCat(name, ".selected_text"), comment.selected_text(), kMaxCommentBytes));
  if (comment.comment().empty()) return absl::InvalidArgumentError(absl::StrCat(name, " says nothing; leave it out"));
  if (comment.type() != "general" && comment.type() != "selection") {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " has the type ", Quoted(comment.type()), "; the types are general and selection"));
  }
  if (comment.type() == "selection" && comment.selected_text().empty() && !comment.has_line_number()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " is on a selection but has neither selected_text nor line_number; state what it is on"));
  }
  if (comment.has_line_number() && comment.line_number() < 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " has line_number ", comment.line_number(), "; lines are counted from 1"));
  }
  if (!IsColor(comment.highlight_color())) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " has a highlight_color that is no colour; use one such as #ffeb3b"));
  }
  if (!comment.timestamp().empty() && !ParseIsoTime(comment.timestamp()).has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " has a timestamp that is no time; use one such as 2026-01-05T10:00:00.000Z"));
  }
  return absl::OkStatus();
}

absl::Status Precondition(absl::string_view message, const v1::Approval& approval) {
  v1::PreconditionDetail detail;
  if (approval.has_decided_by()) *detail.mutable_actor() = approval.decided_by();
  if (approval.has_responded_at()) *detail.mutable_at() = approval.responded_at();
  return PreconditionError(absl::StatusCode::kFailedPrecondition, message, detail);
}

bool IsHash(absl::string_view text) {
  return text.size() == kHashDigits &&
         absl::c_all_of(text, [](unsigned char c) { return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f'); });
}

}  // namespace

absl::Status CheckDecision(const v1::ApprovalUpdateRequest& request) {
  if (SnapshotTrigger(request.status()).empty()) {
    return absl::InvalidArgumentError("Invalid action: a decision is approved, rejected or needs-revision");
  }
  RETURN_IF_ERROR(CheckText("response", request.response(), kMaxTextBytes));
  RETURN_IF_ERROR(CheckText("annotations", request.annotations(), kMaxTextBytes));
  if (request.comments_size() > kMaxComments) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", request.comments_size(), " comments and the limit is ", kMaxComments));
  }
  size_t bytes = request.response().size() + request.annotations().size();
  for (int i = 0; i < request.comments_size(); ++i) {
    const v1::ApprovalComment& comment = request.comments(i);
    RETURN_IF_ERROR(CheckComment(comment, absl::StrCat("comments[", i, "]")));
    bytes += comment.comment().size() + comment.selected_text().size();
  }
  if (bytes > kMaxTextBytes) {
    return absl::InvalidArgumentError(absl::StrCat("response, annotations and comments have ", bytes,
                                                   " bytes together and the limit is ", kMaxTextBytes));
  }
  if (request.has_reviewed_hash() && !IsHash(request.reviewed_hash())) {
    return absl::InvalidArgumentError(
        "reviewed_hash is not 64 lower-case hexadecimal digits; use the hash that approval-content gave");
  }
  return absl::OkStatus();
}

ApprovalDecision ToDecision(const v1::ApprovalUpdateRequest& request, absl::Time now, const v1::Actor& by) {
  ApprovalDecision decision;
  decision.status = request.status();
  decision.response = request.response();
  decision.annotations = request.annotations();
  decision.comments = request.comments();
  for (v1::ApprovalComment& comment : decision.comments) {
    if (comment.timestamp().empty()) comment.set_timestamp(ToIsoTime(now));
  }
  decision.at = now;
  decision.by = by;
  decision.reviewed_hash = request.reviewed_hash();
  return decision;
}

absl::Status AlreadyDecidedError(const v1::Approval& approval) {
  std::string message = absl::StrCat("Approval ", approval.id(), " is already ", ApprovalStatusName(approval.status()));
  if (approval.auto_approved()) absl::StrAppend(&message, ", automatically");
  const std::string who = DescribeActor(approval.decided_by());
  if (!who.empty()) absl::StrAppend(&message, ", by ", who);
  if (approval.has_responded_at()) absl::StrAppend(&message, ", at ", ToIsoTime(FromProto(approval.responded_at())));
  absl::StrAppend(&message, "; the first decision wins. To decide again, ask for a new approval");
  return Precondition(message, approval);
}

absl::Status CheckUndo(const ApprovalDocument& document, absl::Time now, absl::Duration window) {
  const v1::Approval& approval = document.approval();
  const std::string name = absl::StrCat("Approval ", approval.id());
  if (document.pending()) {
    return absl::FailedPreconditionError(absl::StrCat(name, " is pending; there is no decision to undo"));
  }
  if (document.consumed()) {
    return Precondition(
        absl::StrCat(name, ": the coding agent took the decision in at ",
                     ToIsoTime(FromProto(document.approval().consumed_at())), "; ask for a new approval instead"),
        approval);
  }
  if (!approval.has_responded_at()) {
    return Precondition(absl::StrCat(name, " does not say when it was decided; ask for a new approval instead"),
                        approval);
  }
  if (now - FromProto(approval.responded_at()) > window) {
    return Precondition(absl::StrCat(name, " was decided at ", ToIsoTime(FromProto(approval.responded_at())),
                                     ", and a decision can be undone for ", absl::FormatDuration(window),
                                     " only; ask for a new approval instead"),
                        approval);
  }
  return absl::OkStatus();
}

absl::string_view SnapshotTrigger(v1::ApprovalStatus decision) {
  switch (decision) {
    case v1::APPROVAL_STATUS_APPROVED:
      return "approved";
    case v1::APPROVAL_STATUS_REJECTED:
      return "rejected";
    case v1::APPROVAL_STATUS_NEEDS_REVISION:
      return "revision_requested";
    default:
      return "";
  }
}

absl::string_view DecisionVerb(v1::ApprovalStatus decision) {
  return decision == v1::APPROVAL_STATUS_NEEDS_REVISION ? "asked for a revision of" : SnapshotTrigger(decision);
}

}  // namespace specrelay
