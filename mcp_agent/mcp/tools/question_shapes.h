// Questions in answers of tools. Pure; thread-safe.
#ifndef SPECRELAY_MCP_AGENT_MCP_TOOLS_QUESTION_SHAPES_H_
#define SPECRELAY_MCP_AGENT_MCP_TOOLS_QUESTION_SHAPES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "mcp_agent/mcp/command_port.h"
#include "mcp_agent/mcp/tools/schema.h"
#include "specrelay/v1/question.pb.h"

namespace specrelay {

// A question and, once it is there, its answer.
SchemaProperties QuestionProperties();
Json QuestionJson(const v1::Question& question, const CommandPort& port);

// The answer with who gave it, in words; where it stands while there is none.
std::string DescribeQuestion(const v1::Question& question);

// What was chosen and said, in one line: "SQLite; it is enough for now".
std::string AnswerText(const v1::Question& question);

// Where people answer: "in the dashboard: LINK", or without a link just "in the dashboard".
std::string WhereToAnswer(const CommandPort& port, absl::string_view question_id);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_MCP_TOOLS_QUESTION_SHAPES_H_
