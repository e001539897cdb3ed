#include "mcp_agent/mcp/tools/guide_tools.h"

#include <string>
#include <utility>

#include "mcp_agent/guides/guides.h"
#include "mcp_agent/mcp/tools/project_tool.h"

namespace specrelay {
namespace {

struct GuideTraits {
  Guide guide;
  const char* name;
  const char* title;
  const char* description;
};

constexpr GuideTraits kGuides[] = {
    {Guide::kSpecWorkflow, "spec-workflow-guide", "Spec workflow",
     "How a feature goes from idea to code: requirements, design, tasks, each approved by a person, then "
     "implementation. "
     "Call it first when the user wants a spec, a new feature or a plan."},
    {Guide::kSteering, "steering-guide", "Steering documents",
     "How to write product.md, tech.md, structure.md and principles.md, which bind all specs. Call it only when the "
     "user "
     "asks for steering documents."},
    {Guide::kImplementer, "get-implementer-guide", "Implementer's guide",
     "How to implement a task of a spec, from task-next to task-update. Call it before the first task of a session."},
    {Guide::kReviewer, "get-reviewer-guide", "Reviewer's guide",
     "How to review the implementation of a task. Call it before a task is set completed, or when asked for a review."},
    {Guide::kBrainstorm, "get-brainstorm-guide", "Brainstorming guide",
     "How to turn a vague idea into a problem, a goal and a scope with the user. Call it when there is not enough for "
     "requirements yet."},
};

ToolInfo InfoOf(const GuideTraits& traits) {
  ToolInfo info;
  info.name = traits.name;
  info.title = traits.title;
  info.description = traits.description;
  info.input_schema = ObjectSchema({});
  info.output_schema = ObjectSchema({{"guide", TextSchema("Markdown")}, {"dashboardUrl", TextSchema()}}, {"guide"});
  info.annotations.read_only = true;
  info.annotations.idempotent = true;
  return info;
}

class GuideTool : public ImmediateTool {
 public:
  GuideTool(const GuideTraits& traits, std::shared_ptr<ToolContext> context)
      : ImmediateTool(InfoOf(traits), std::move(context)), guide_(traits.guide) {}

 private:
  absl::StatusOr<ToolAnswer> Answer(const Json& /*arguments*/, const ToolCall& /*call*/) override {
    ToolAnswer answer;
    answer.text = std::string(GuideText(guide_));
    answer.structured = {{"guide", answer.text}};
    const std::string link = context()->port().DashboardLink("specs");
    if (!link.empty()) answer.structured["dashboardUrl"] = link;
    return answer;
  }

  const Guide guide_;
};

}  // namespace

Tools MakeGuideTools(const std::shared_ptr<ToolContext>& context) {
  Tools tools;
  for (const GuideTraits& traits : kGuides) tools.push_back(std::make_unique<GuideTool>(traits, context));
  return tools;
}

}  // namespace specrelay
