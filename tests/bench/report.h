// What the suite has measured, as a table for people and as JSON for programs.
#ifndef SPECRELAY_TESTS_BENCH_REPORT_H_
#define SPECRELAY_TESTS_BENCH_REPORT_H_

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "nlohmann/json.hpp"

namespace specrelay {

// What a value should be.
struct Aim {
  enum class Bound { kNone, kAtMost, kAtLeast };

  static Aim AtMost(double value) { return {Bound::kAtMost, value}; }
  static Aim AtLeast(double value) { return {Bound::kAtLeast, value}; }

  Bound bound = Bound::kNone;
  double value = 0;
};

// Another figure of the same run, and what the ratio to it should be.
struct Comparison {
  std::string reference;  // its id
  Aim aim;
};

struct Figure {
  Figure() = default;
  Figure(std::string id, std::string title, std::string unit, Aim aim = {})
      : id(std::move(id)), title(std::move(title)), unit(std::move(unit)), aim(aim) {}

  std::string id;     // "execute.p50"
  std::string title;  // for people
  std::string unit;   // "µs"
  Aim aim;            // of the median
  std::vector<Comparison> comparisons;
  std::vector<double> rounds;         // one value a round; none when it could not be measured
  std::map<std::string, double> cpu;  // processor time of each process during the rounds, in cores
  std::string note;
};

// Not thread-safe.
class Report {
 public:
  // Facts about machine and run, in the order in which they are told.
  void SetEnvironment(absl::string_view name, absl::string_view value);

  void Add(Figure figure);
  // Everything that `other` has but its environment.
  void AddAll(Report other);

  // Stays where it is as long as the report lives; nullptr when there is none.
  const Figure* Find(absl::string_view id) const;

  // Each figure, its median, spread, aim, references, ratios, whether the aim is met, and processor time; in the end
  // how many aims are.
  std::string Table() const;

  nlohmann::ordered_json ToJson() const;

  using Rows = std::vector<std::vector<std::string>>;

 private:
  // Median by median; nothing when either was not measured.
  absl::optional<double> Ratio(const Figure& figure, const Comparison& comparison) const;
  void AppendRows(const Figure& figure, Rows& rows) const;
  std::string Summary() const;
  nlohmann::ordered_json FigureJson(const Figure& figure) const;

  nlohmann::ordered_json environment_ = nlohmann::ordered_json::object();
  std::deque<Figure> figures_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_BENCH_REPORT_H_
