#include "dashboard/openapi/api_schemas.h"

namespace specrelay {
namespace {

Schema Statistics() { return Object({{"linesAdded", Count()}, {"linesRemoved", Count()}, {"filesChanged", Count()}}); }

Schema Artifacts() {
  return AnyObject("Lists of what was made: `apiEndpoints`, `components`, `functions`, `classes`, `integrations`");
}

}  // namespace

void AddImplementationLogSchemas(Schema& schemas) {
  schemas["LogEntry"] = Object({{"id", Text()},
                                {"taskId", Text()},
                                {"timestamp", Text()},
                                {"summary", Text()},
                                {"filesModified", ListOf(Text())},
                                {"filesCreated", ListOf(Text())},
                                {"statistics", Statistics()},
                                {"artifacts", Artifacts()}});
  schemas["LogEntries"] = Object({{"entries", ListOf(Reference("LogEntry"))}});
  schemas["NewLogEntry"] = Object(
      {{"taskId", Text()},
       {"summary", Text()},
       {"timestamp?", Text()},
       {"filesModified?", ListOf(Text())},
       {"filesCreated?", ListOf(Text())},
       {"statistics?", Object({{"linesAdded?", Count()}, {"linesRemoved?", Count()}, {"filesChanged?", Count()}})},
       {"artifacts", Artifacts()}});
  schemas["AddedLogEntry"] = Object({{"taskId", Text()},
                                     {"timestamp?", Text()},
                                     {"summary", Text()},
                                     {"filesModified", ListOf(Text())},
                                     {"filesCreated", ListOf(Text())},
                                     {"statistics", Statistics()},
                                     {"artifacts", Artifacts()},
                                     {"id", Text()}});
  schemas["TaskLogStats"] = Object({{"totalImplementations", Count()},
                                    {"totalFilesModified", Count()},
                                    {"totalFilesCreated", Count()},
                                    {"totalLinesAdded", Count()},
                                    {"totalLinesRemoved", Count()},
                                    {"lastImplementation", OrNull(Reference("LogEntry"))}});
}

}  // namespace specrelay
