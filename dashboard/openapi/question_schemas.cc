#include "dashboard/openapi/api_schemas.h"

namespace specrelay {

void AddQuestionSchemas(Schema& schemas) {
  const Schema actor = Object({{"account", Text()}, {"keyName", Text()}, {"client", Text()}});
  schemas["Question"] = Object({{"id", Text()},
                                {"title", Text("The question in one line")},
                                {"text?", Text("What one must know to answer it, as Markdown")},
                                {"specName?", Text()},
                                {"taskId?", Text()},
                                {"options", ListOf(Text())},
                                {"allowFreeText", Flag("Whether an answer may be in own words")},
                                {"allowMultiple", Flag("Whether several options may be chosen")},
                                {"blocking", Flag("Whether the coding agent waits for the answer")},
                                {"status", Choice({"pending", "answered", "dismissed"})},
                                {"askedAt", Time()},
                                {"askedBy?", actor},
                                {"answer?", Text("In own words, or why it was dismissed")},
                                {"choices?", ListOf(Text())},
                                {"answeredAt?", Time()},
                                {"answeredBy?", actor},
                                {"consumedAt?", Time()}});
  schemas["QuestionList"] = ListOf(Reference("Question"));
  schemas["QuestionAnswer"] =
      Object({{"choices?", ListOf(Text("One of the options, word for word"))}, {"answer?", Text("In own words")}});
  schemas["QuestionDismissal"] = Object({{"reason?", Text("For the coding agent")}});
}

}  // namespace specrelay
