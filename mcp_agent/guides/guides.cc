#include "mcp_agent/guides/guides.h"

#include "mcp_agent/guides/embedded_texts.h"

namespace specrelay {

absl::string_view GuideText(Guide guide) {
  switch (guide) {
    case Guide::kSpecWorkflow:
      return kSpecWorkflowGuide;
    case Guide::kSteering:
      return kSteeringGuide;
    case Guide::kImplementer:
      return kGetImplementerGuide;
    case Guide::kReviewer:
      return kGetReviewerGuide;
    case Guide::kBrainstorm:
      return kGetBrainstormGuide;
  }
  return "";
}

const std::vector<DocumentTemplate>& DocumentTemplates() {
  static const auto& templates = *new std::vector<DocumentTemplate>{
      {"requirements", "Requirements", "requirements-template.md", kRequirementsTemplate},
      {"design", "Design", "design-template.md", kDesignTemplate},
      {"tasks", "Tasks", "tasks-template.md", kTasksTemplate},
      {"product", "Product", "product-template.md", kProductTemplate},
      {"tech", "Technology", "tech-template.md", kTechTemplate},
      {"structure", "Structure", "structure-template.md", kStructureTemplate},
      {"principles", "Principles", "principles-template.md", kPrinciplesTemplate},
  };
  return templates;
}

absl::optional<absl::string_view> TemplateText(absl::string_view document) {
  for (const DocumentTemplate& entry : DocumentTemplates()) {
    if (entry.document == document) return entry.text;
  }
  return absl::nullopt;
}

}  // namespace specrelay
