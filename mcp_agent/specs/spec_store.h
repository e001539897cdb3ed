// The commands on specs and their documents.
#ifndef SPECRELAY_MCP_AGENT_SPECS_SPEC_STORE_H_
#define SPECRELAY_MCP_AGENT_SPECS_SPEC_STORE_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "mcp_agent/ledger/transaction.h"
#include "mcp_agent/policy/agent_policy.h"
#include "mcp_agent/specs/document_cache.h"
#include "mcp_agent/specs/spec_layout.h"
#include "mcp_agent/specs/spec_list_cache.h"
#include "mcp_agent/specs/spec_summary.h"
#include "mcp_agent/tree/tree.h"
#include "proto/support/clock.h"
#include "specrelay/v1/spec.pb.h"

namespace specrelay {

// One method for each command; those that change something state it to the transaction they get. Thread-safe; does not
// own what it is given. Errors besides the tree's: INVALID_ARGUMENT for a name that cannot be a spec's or a document
// that is none, NOT_FOUND for a spec that does not exist.
class SpecStore {
 public:
  SpecStore(const Tree& tree, const EnforcedPolicy& policy, DocumentCache& cache, SpecListCache& lists,
            const Clock& clock);

  absl::StatusOr<v1::SpecListResponse> List(const v1::SpecListRequest& request) const;
  absl::StatusOr<v1::SpecArchivedListResponse> ListArchived(const v1::SpecArchivedListRequest& request) const;

  // A document that is no regular file, or is too large, fails the whole command: a spec shown without it would look
  // complete.
  absl::StatusOr<v1::SpecReadResponse> Read(const v1::SpecReadRequest& request) const;
  absl::StatusOr<v1::SpecArchivedReadResponse> ReadArchived(const v1::SpecArchivedReadRequest& request) const;

  absl::StatusOr<v1::SpecDocumentWriteResponse> WriteDocument(Transaction& transaction,
                                                              const v1::SpecDocumentWriteRequest& request) const;

  // The whole directory moves at once, so nobody sees half a spec. ALREADY_EXISTS when there is a spec of that name
  // where it should go.
  absl::StatusOr<v1::SpecArchiveResponse> Archive(Transaction& transaction,
                                                  const v1::SpecArchiveRequest& request) const;
  absl::StatusOr<v1::SpecUnarchiveResponse> Unarchive(Transaction& transaction,
                                                      const v1::SpecUnarchiveRequest& request) const;

 private:
  template <typename Response>
  absl::StatusOr<Response> ListShelf(SpecShelf shelf) const;
  template <typename Response>
  absl::StatusOr<Response> ReadFrom(SpecShelf shelf, absl::string_view name) const;
  absl::Status Move(Transaction& transaction, absl::string_view name, SpecShelf from, SpecShelf to) const;

  const Tree& tree_;
  const EnforcedPolicy& policy_;
  SpecListCache& lists_;
  const SpecSummarizer summarizer_;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_SPECS_SPEC_STORE_H_
