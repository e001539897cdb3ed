// The JSON file of one approval, `approvals/<category name>/<id>.json`.
//
// Besides the keys of existing tools the agent writes `metadata`, `decidedBy`, `autoApproved`, `reviewedHash` and
// `consumedAt`. Keys that nobody knows stay where they are.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_DOCUMENT_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_DOCUMENT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

// Largest approval that is read. What makes one up is bounded far below that when it comes in.
constexpr int64_t kMaxApprovalFileBytes = int64_t{16} << 20;

// A decision as it is written down.
struct ApprovalDecision {
  v1::ApprovalStatus status = v1::APPROVAL_STATUS_UNSPECIFIED;
  std::string response;
  std::string annotations;
  google::protobuf::RepeatedPtrField<v1::ApprovalComment> comments;
  absl::Time at;
  v1::Actor by;
  bool automatic = false;
  std::string reviewed_hash;  // empty when the reviewer named none
};

// A value: the file's JSON and what it says. Not thread-safe.
class ApprovalDocument {
 public:
  // Reads the file at `path` of the tree, which tells id and category name as well. FAILED_PRECONDITION that names the
  // file when it is damaged or is no approval of that id.
  static absl::StatusOr<ApprovalDocument> Parse(absl::string_view path, absl::string_view bytes);

  // A new pending approval: id, title, file, type, category, category name, metadata and time of `approval`.
  // INVALID_ARGUMENT for metadata that is no JSON.
  static absl::StatusOr<ApprovalDocument> Create(const v1::Approval& approval);

  const v1::Approval& approval() const { return approval_; }
  // Where it belongs: the directory that it was read from or is to be written to.
  std::string path() const;

  bool pending() const { return approval_.status() == v1::APPROVAL_STATUS_PENDING; }
  // When the coding agent confirmed that it has the decision.
  bool consumed() const { return approval_.has_consumed_at(); }

  void Decide(const ApprovalDecision& decision);
  // Makes it pending again.
  void Undo();
  void Consume(absl::Time at);

  std::string ToJson() const;

 private:
  ApprovalDocument() = default;

  // Set approval_ from json_.
  absl::Status ReadJson(absl::string_view path);
  void ReadDecision();
  void ReadConsumption();

  nlohmann::ordered_json json_;
  v1::Approval approval_;
};

// Path in the tree of an approval's file.
std::string ApprovalPath(absl::string_view category_name, absl::string_view id);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_APPROVAL_DOCUMENT_H_
