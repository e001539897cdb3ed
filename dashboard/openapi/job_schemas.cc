#include "dashboard/openapi/api_schemas.h"

namespace specrelay {
namespace {

using Fields = std::vector<std::pair<absl::string_view, Schema>>;

Schema Run(Fields fields, const Fields& more) {
  const Fields outcome = {{"success", Flag()},   {"startTime", Time()},       {"endTime", Time()},
                          {"duration", Count()}, {"itemsProcessed", Count()}, {"itemsDeleted", Count()},
                          {"error?", Text()}};
  fields.insert(fields.end(), outcome.begin(), outcome.end());
  fields.insert(fields.end(), more.begin(), more.end());
  return Object(fields);
}

}  // namespace

void AddJobSchemas(Schema& schemas) {
  const Schema config = AnyObject("Depends on the type");
  const Schema schedule = Text("Cron expression of five fields");
  schemas["Job"] = Object({{"id", Text()},
                           {"name", Text()},
                           {"type", Text()},
                           {"enabled", Flag()},
                           {"config", config},
                           {"schedule", schedule},
                           {"lastRun?", Time()},
                           {"createdAt", Time()}});
  schemas["JobList"] = ListOf(Reference("Job"));
  schemas["NewJob"] = Object({{"id", Text()},
                              {"name", Text()},
                              {"type", Text()},
                              {"enabled?", Flag("True when absent")},
                              {"config", config},
                              {"schedule", schedule}});
  schemas["JobChanges"] =
      Object({{"name?", Text()}, {"enabled?", Flag()}, {"config?", config}, {"schedule?", schedule}});
  schemas["JobRun"] = Run({{"jobId", Text()}, {"jobName", Text()}}, {});
  schemas["PastJobRun"] = Run({{"id", Text()}, {"jobId", Text()}, {"jobName", Text()}, {"jobType", Text()}},
                              {{"exitCode?", Schema{{"type", "integer"}}}, {"outputTail?", Text()}});
  schemas["JobHistory"] = ListOf(Reference("PastJobRun"));
  schemas["JobCancelled"] = Object({{"success", Flag()}, {"cancelled", Flag("False when no run was under way")}});
  schemas["JobStats"] = Object({{"totalExecutions", Count()},
                                {"successfulExecutions", Count()},
                                {"failedExecutions", Count()},
                                {"successRate", Number("Percent")},
                                {"totalItemsDeleted", Count()},
                                {"avgDuration", Number("Milliseconds")},
                                {"lastExecution", OrNull(Reference("PastJobRun"))}});
}

}  // namespace specrelay
