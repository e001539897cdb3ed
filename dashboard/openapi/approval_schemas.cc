#include "dashboard/openapi/api_schemas.h"

namespace specrelay {
namespace {

Schema Status() { return Choice({"pending", "approved", "rejected", "needs-revision"}); }

Schema Comment() {
  return Object({{"type", Text("`general`, or `selection` when it is about some text")},
                 {"selectedText?", Text()},
                 {"comment", Text()},
                 {"timestamp", Text()},
                 {"lineNumber?", Count()},
                 {"highlightColor?", Text()}});
}

void AddApprovals(Schema& schemas) {
  schemas["Comment"] = Comment();
  schemas["Approval"] = Object({{"id", Text()},
                                {"title", Text()},
                                {"filePath", Text()},
                                {"type", Choice({"document", "action"})},
                                {"status", Status()},
                                {"createdAt", Time()},
                                {"category", Choice({"spec", "steering"})},
                                {"categoryName", Text()},
                                {"response?", Text()},
                                {"annotations?", Text()},
                                {"respondedAt?", Time()},
                                {"comments?", ListOf(Reference("Comment"))},
                                {"decidedBy?", Object({{"account", Text()}, {"keyName", Text()}, {"client", Text()}})},
                                {"autoApproved?", Flag()},
                                {"consumedAt?", Time()},
                                {"metadata?", AnyObject("Whatever its maker noted")}});
  schemas["ApprovalList"] = ListOf(Reference("Approval"));
  schemas["ApprovalContent"] = Object({{"content", Text()}, {"filePath", Text()}});
  schemas["ApprovalWait"] =
      Object({{"resolved", Flag()},
              {"status", Choice({"pending", "approved", "rejected", "needs-revision", "deleted"})},
              {"response?", Text()},
              {"annotations?", Text()},
              {"comments?", ListOf(Reference("Comment"))},
              {"respondedAt?", Time()},
              {"autoDeleted", Flag("Always false")}});
}

void AddDecisions(Schema& schemas) {
  schemas["NewComment"] = Object({{"comment", Text()},
                                  {"type?", Text()},
                                  {"selectedText?", Text()},
                                  {"timestamp?", Text()},
                                  {"lineNumber?", Count()},
                                  {"highlightColor?", Text()}});
  schemas["Decision"] =
      Object({{"response?", Text()}, {"annotations?", Text()}, {"comments?", ListOf(Reference("NewComment"))}});
  schemas["Consumption"] = Object({{"delete?", Flag("Whether to delete the approval as well")}});
  schemas["AutoApprove"] = Object({{"enabled", Flag()}});
  schemas["AutoApproveSet"] = Object({{"success", Flag()}, {"enabled", Flag()}});
  Schema ids = ListOf(Text());
  ids["minItems"] = 1;
  schemas["BatchIds"] = Object({{"ids", ids}});
  schemas["BatchDecision"] = Object({{"ids", ids}, {"response?", Text()}});
  schemas["BatchOutcome"] = Object({{"success", Flag("Whether all succeeded")},
                                    {"total", Count()},
                                    {"succeeded", ListOf(Text())},
                                    {"failed", ListOf(Object({{"id", Text()}, {"error", Text()}}))}});
}

void AddReviews(Schema& schemas) {
  schemas["Snapshot"] =
      Object({{"id", Text()},
              {"approvalId", Text()},
              {"approvalTitle", Text()},
              {"version", Count()},
              {"timestamp", Time()},
              {"trigger", Text()},
              {"status", Status()},
              {"content", Text()},
              {"fileStats", Object({{"size", Count()}, {"lines", Count()}, {"lastModified", Time()}})},
              {"comments", ListOf(Reference("Comment"))}});
  schemas["SnapshotList"] = ListOf(Reference("Snapshot"));
  schemas["DiffLine"] = Object({{"type", Choice({"normal", "add", "delete"})},
                                {"oldLineNumber?", Count()},
                                {"newLineNumber?", Count()},
                                {"content", Text()}});
  schemas["Diff"] = Object({{"additions", Count()},
                            {"deletions", Count()},
                            {"changes", Count()},
                            {"chunks", ListOf(Object({{"oldStart", Count()},
                                                      {"oldLines", Count()},
                                                      {"newStart", Count()},
                                                      {"newLines", Count()},
                                                      {"lines", ListOf(Reference("DiffLine"))}}))}});
}

}  // namespace

void AddApprovalSchemas(Schema& schemas) {
  AddApprovals(schemas);
  AddDecisions(schemas);
  AddReviews(schemas);
}

}  // namespace specrelay
