#include "dashboard/openapi/api_schemas.h"

namespace specrelay {
namespace {

using Fields = std::vector<std::pair<absl::string_view, Schema>>;

// The window, with what `fields` are in it.
Schema Window(const Fields& fields) {
  Fields all = {{"windowDays", Count()}, {"startDate", Text("YYYY-MM-DD")}, {"endDate", Text("YYYY-MM-DD")}};
  all.insert(all.end(), fields.begin(), fields.end());
  return Object(all);
}

Schema CoveredWindow(const Fields& fields) {
  Fields all = {{"partialData", Flag("Whether something of the window is not known")},
                {"dataCoverage", ListOf(Text("What is not known"))}};
  all.insert(all.end(), fields.begin(), fields.end());
  return Window(all);
}

// Counts, or those of a day.
Schema Counts(std::initializer_list<absl::string_view> names, bool of_a_day) {
  Fields fields;
  if (of_a_day) fields.emplace_back("date", Text("YYYY-MM-DD"));
  for (const absl::string_view name : names) fields.emplace_back(name, Count());
  return Object(fields);
}

Schema Cycle(const Fields& more) {
  Fields all = {{"count", Count()}, {"avgMs", OrNull(Number())}, {"medianMs", OrNull(Number())}};
  all.insert(all.end(), more.begin(), more.end());
  return Object(all);
}

}  // namespace

void AddAnalyticsSchemas(Schema& schemas) {
  const auto history = {absl::string_view("specsCreated"), absl::string_view("specsModified"),
                        absl::string_view("approvalsCreated"), absl::string_view("approvalsResolved")};
  schemas["History"] = Window({{"points", ListOf(Counts(history, true))}, {"totals", Counts(history, false)}});
  schemas["TaskVelocity"] = CoveredWindow(
      {{"points", ListOf(Counts({"completedTasks"}, true))}, {"totals", Counts({"completedTasks"}, false)}});
  schemas["ApprovalMetrics"] =
      CoveredWindow({{"countsByStatus", Counts({"pending", "approved", "rejected", "needsRevision"}, false)},
                     {"resolvedCount", Count()},
                     {"rejectionRate", Number()},
                     {"avgResolutionMs", OrNull(Number())},
                     {"medianResolutionMs", OrNull(Number())},
                     {"dailyLatency",
                      ListOf(Object({{"date", Text()}, {"count", Count()}, {"avgResolutionMs", OrNull(Number())}}))}});
  const auto code = {absl::string_view("linesAdded"), absl::string_view("linesDeleted"),
                     absl::string_view("filesChanged")};
  schemas["CodeMetrics"] = CoveredWindow({{"source", Text("Where the counts come from")},
                                          {"points", ListOf(Counts(code, true))},
                                          {"totals", Counts(code, false)}});
  schemas["CycleTime"] = CoveredWindow({{"taskCycle", Cycle({{"p90Ms", OrNull(Number())}})}, {"specCycle", Cycle({})}});
  schemas["Burndown"] =
      CoveredWindow({{"points", ListOf(Counts({"totalTasks", "completedTasks", "remainingTasks"}, true))}});
}

}  // namespace specrelay
