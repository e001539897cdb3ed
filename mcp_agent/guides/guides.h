// Texts for coding agents: how the workflow goes, and what its documents look like. Part of the program, so that they
// are there wherever it is installed; their sources are the Markdown files beside this one. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_GUIDES_GUIDES_H_
#define SPECRELAY_MCP_AGENT_GUIDES_GUIDES_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"

namespace specrelay {

// Each is the answer of a tool: spec-workflow-guide, steering-guide, get-implementer-guide, get-reviewer-guide,
// get-brainstorm-guide.
enum class Guide { kSpecWorkflow, kSteering, kImplementer, kReviewer, kBrainstorm };

// Markdown, under 6 KB. Valid for ever.
absl::string_view GuideText(Guide guide);

// What a new document starts from.
struct DocumentTemplate {
  absl::string_view document;   // "requirements", as in requirements.md
  absl::string_view title;      // "Requirements"
  absl::string_view file_name;  // "requirements-template.md", in the tree's directory `templates`
  absl::string_view text;       // Markdown
};

// Of requirements, design, tasks, product, tech, structure and principles, in this order.
const std::vector<DocumentTemplate>& DocumentTemplates();

// The template of `document`; nothing for a document that has none.
absl::optional<absl::string_view> TemplateText(absl::string_view document);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_GUIDES_GUIDES_H_
