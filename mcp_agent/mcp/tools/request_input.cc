#include "mcp_agent/mcp/tools/request_input.h"

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "mcp_agent/json/json_object.h"
#include "mcp_agent/mcp/tools/answer.h"
#include "mcp_agent/mcp/tools/command_wait.h"
#include "mcp_agent/mcp/tools/question_shapes.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr int64_t kDefaultTimeoutSeconds = 10 * 60;
constexpr int64_t kLongestTimeoutSeconds = 30 * 60;
// Longer questions are shown whole below their first line.
constexpr size_t kMaxTitleBytes = 300;

ToolInfo Info() {
  ToolInfo info;
  info.name = "request-input";
  info.title = "Ask a person";
  info.description =
      "Ask a person who may be away; the answer comes from the dashboard. Use it when a choice matters and is not "
      "yours. "
      "With wait (the default) it blocks until answered. With wait false it returns at once: go on with other work or "
      "end your turn, and call it later with questionId to collect the answer, also in a new session.";
  Json timeout = CountSchema("how long to wait; 600 when absent, at most 1800");
  timeout["minimum"] = 1;
  timeout["maximum"] = kLongestTimeoutSeconds;
  info.input_schema =
      ObjectSchema({{"question", TextSchema("Markdown; the first line is its title. Required without questionId")},
                    {"options", ListSchema(TextSchema(), "answers to choose from, at most 20")},
                    {"allowFreeText", FlagSchema("own words beside the options; true when absent")},
                    {"allowMultiple", FlagSchema("several options; false when absent")},
                    {"specName", TextSchema()},
                    {"taskId", TextSchema()},
                    {"wait", FlagSchema("false: return at once; true when absent")},
                    {"timeoutSeconds", std::move(timeout)},
                    {"questionId", TextSchema("of a question asked before, to collect its answer")}});
  SchemaProperties output = QuestionProperties();
  output.emplace_back("resolved", FlagSchema("answered or dismissed"));
  info.output_schema = AnswerSchema(std::move(output), {"questionId", "status", "resolved"});
  return info;
}

// At most `max_bytes` of whole characters.
std::string Cut(absl::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return absl::StrCat(text.substr(0, end), "…");
}

// Title and text of a question that a model wrote as one.
void SetQuestion(absl::string_view question, v1::QuestionCreateRequest& request) {
  question = absl::StripAsciiWhitespace(question);
  std::string line(absl::StripAsciiWhitespace(question.substr(0, question.find('\n'))));
  for (char& c : line) {
    if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) c = ' ';
  }
  request.set_title(Cut(line, kMaxTitleBytes));
  if (request.title() != question) request.set_text(std::string(question));
}

v1::Command CreateCommand(const Json& arguments, bool wait) {
  v1::Command command;
  v1::QuestionCreateRequest& request = *command.mutable_question_create();
  SetQuestion(StringAt(arguments, "question").value_or(""), request);
  if (const Json* options = ArrayAt(arguments, "options"); options != nullptr) {
    for (const Json& option : *options) request.add_options(option.is_string() ? option.get<std::string>() : "");
  }
  request.set_allow_free_text(!arguments.contains("allowFreeText") || IsTrueAt(arguments, "allowFreeText"));
  request.set_allow_multiple(IsTrueAt(arguments, "allowMultiple"));
  request.set_spec_name(StringAt(arguments, "specName").value_or(""));
  request.set_task_id(StringAt(arguments, "taskId").value_or(""));
  request.set_blocking(wait);
  return command;
}

std::string CallAgain(absl::string_view id) { return absl::StrCat("call request-input with questionId \"", id, "\""); }

ToolAnswer AnswerPending(const v1::Question& question, const CommandPort& port, bool waited) {
  Json fields = QuestionJson(question, port);
  fields["resolved"] = false;
  const std::string where = WhereToAnswer(port, question.id());
  std::vector<std::string> steps;
  if (waited) {
    steps = {absl::StrCat("To wait on, ", CallAgain(question.id()), ". The user answers ", where)};
  } else {
    steps = {
        absl::StrCat("It is safe to stop: the question stays until it is answered. Tell the user to answer ", where),
        absl::StrCat("Go on with what does not depend on it, or end your turn. Later, also in a new session, ",
                     CallAgain(question.id()), "; spec-status and task-next tell of answers.")};
  }
  return MakeAnswer(DescribeQuestion(question), fields, steps);
}

ToolAnswer AnswerDeleted(absl::string_view id) {
  return MakeAnswer(absl::StrCat("Question ", id, " was deleted without an answer."),
                    {{"questionId", std::string(id)}, {"status", "deleted"}, {"resolved", false}},
                    {"Ask the user in the chat, or ask anew with request-input."});
}

// Before the answer is sent, because the client's next call may come at once.
ToolAnswer AnswerResolved(const v1::Question& question, ToolContext& context) {
  if (!question.has_consumed_at()) context.ConfirmWithNextCall(question.id());
  Json fields = QuestionJson(question, context.port());
  fields["resolved"] = true;
  const bool dismissed = question.status() == v1::QUESTION_STATUS_DISMISSED;
  return MakeAnswer(DescribeQuestion(question), fields,
                    {dismissed ? "Decide for yourself, choose what is easy to change, and say what you assumed."
                               : "Go on as the answer says."});
}

absl::Status AdviseOnQuestion(const absl::Status& status) {
  if (absl::IsNotFound(status) || absl::IsInvalidArgument(status)) {
    return Advise(status, "correct the arguments and call request-input again; without questionId it asks anew");
  }
  return Advise(status,
                "call request-input again with the same arguments; a question is asked once, no answer is lost");
}

}  // namespace

RequestInputTool::RequestInputTool(std::shared_ptr<ToolContext> context, absl::Duration report_interval)
    : ProjectTool(Info(), std::move(context)), report_interval_(report_interval) {}

absl::StatusOr<v1::Question> RequestInputTool::FindOrAsk(const Json& arguments, const ToolCall& call, bool wait) const {
  const std::string id = StringAt(arguments, "questionId").value_or("");
  if (id.empty()) {
    ASSIGN_OR_RETURN(v1::CommandResult result, context()->Run(call, "ask", CreateCommand(arguments, wait)));
    return std::move(*result.mutable_question_create()->mutable_question());
  }
  v1::Command get;
  get.mutable_question_get()->set_id(id);
  ASSIGN_OR_RETURN(v1::CommandResult result, context()->Run(call, "get", std::move(get)));
  return std::move(*result.mutable_question_get()->mutable_question());
}

void RequestInputTool::Begin(const Json& arguments, std::shared_ptr<ToolCall> call, Receiver receive) {
  const bool wait = !arguments.contains("wait") || IsTrueAt(arguments, "wait");
  const absl::StatusOr<v1::Question> question = FindOrAsk(arguments, *call, wait);
  if (!question.ok()) return receive(AdviseOnQuestion(question.status()));
  if (question->status() != v1::QUESTION_STATUS_PENDING) return receive(AnswerResolved(*question, *context()));
  if (!wait) return receive(AnswerPending(*question, context()->port(), /*waited=*/false));
  CommandWaitOptions options;
  options.command.mutable_question_wait()->set_id(question->id());
  options.timeout = absl::Seconds(IntegerAt(arguments, "timeoutSeconds").value_or(kDefaultTimeoutSeconds));
  options.report_interval = report_interval_;
  options.message = absl::StrCat("waiting for a person to answer ", WhereToAnswer(context()->port(), question->id()));
  using Answer = absl::optional<absl::StatusOr<ToolAnswer>>;
  CommandWait::Start(
      context(), std::move(call), std::move(options),
      [context = context(), id = question->id()](absl::StatusOr<v1::CommandResult> result,
                                                 const CommandWait::Moment& moment) -> Answer {
        if (!result.ok()) return Answer(AdviseOnQuestion(result.status()));
        const v1::QuestionWaitResponse& seen = result->question_wait();
        if (seen.deleted()) return Answer(AnswerDeleted(id));
        if (seen.resolved()) return Answer(AnswerResolved(seen.question(), *context));
        if (moment.overdue) return Answer(AnswerPending(seen.question(), context->port(), /*waited=*/true));
        return absl::nullopt;
      },
      std::move(receive));
}

}  // namespace specrelay
