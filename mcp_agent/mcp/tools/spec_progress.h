// How far a spec is. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_SPEC_PROGRESS_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_SPEC_PROGRESS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/mcp/tools/schema.h"
#include "specrelay/v1/approval.pb.h"
#include "specrelay/v1/spec.pb.h"

namespace specrelay {

using Approvals = google::protobuf::RepeatedPtrField<v1::Approval>;

// What is to be done: the first document that does not exist, "implementation", or "completed".
absl::string_view PhaseOf(const v1::SpecSummary& spec);

// One of a list of specs.
Json SpecEntrySchema();
Json SpecEntryJson(const v1::SpecSummary& spec);

// One document of a spec and the newest approval that was asked for it.
struct DocumentProgress {
  std::string file_name;
  std::string path;  // relative to the project
  const v1::DocumentInfo* info;
  const v1::Approval* approval;  // nullptr when there is none

  // "missing", "created" or the approval's status.
  absl::string_view status() const;
};

// The documents in the order of the workflow; pointers into the arguments. `approvals` are in descending order of age.
std::vector<DocumentProgress> DocumentsOf(const v1::SpecSummary& spec, const Approvals& approvals);

Json DocumentSchema();
Json DocumentJson(const DocumentProgress& document, const CommandPort& port);

// The next thing to do for the spec.
std::string NextStep(const v1::SpecSummary& spec, const std::vector<DocumentProgress>& documents,
                     const CommandPort& port);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_SPEC_PROGRESS_H_
