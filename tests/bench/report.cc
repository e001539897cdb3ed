#include "tests/bench/report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tests/bench/statistics.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

bool Meets(double value, const Aim& aim) {
  switch (aim.bound) {
    case Aim::Bound::kAtMost:
      return value <= aim.value;
    case Aim::Bound::kAtLeast:
      return value >= aim.value;
    case Aim::Bound::kNone:
      return true;
  }
  return true;
}

// Three digits that count, without an exponent.
std::string Number(double value) {
  const double size = std::abs(value);
  if (size >= 100) return absl::StrFormat("%.0f", value);
  return size >= 10 ? absl::StrFormat("%.1f", value) : absl::StrFormat("%.2f", value);
}

std::string AimText(const Aim& aim, absl::string_view unit) {
  if (aim.bound == Aim::Bound::kNone) return "";
  return absl::StrCat(aim.bound == Aim::Bound::kAtMost ? "≤ " : "≥ ", Number(aim.value), " ", unit);
}

std::string MetText(const Aim& aim, absl::optional<double> value) {
  if (aim.bound == Aim::Bound::kNone) return "";
  if (!value.has_value()) return "not measured";
  return Meets(*value, aim) ? "yes" : "NO";
}

Json AimJson(const Aim& aim) { return {{aim.bound == Aim::Bound::kAtMost ? "atMost" : "atLeast", aim.value}}; }

// Characters, not bytes; none of those used here is wider than one.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Layout(const Report::Rows& rows) {
  std::vector<size_t> widths(rows[0].size());
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string text;
  for (size_t number = 0; number < rows.size(); ++number) {
    for (size_t i = 0; i < widths.size(); ++i) {
      const std::string& cell = rows[number][i];
      absl::StrAppend(&text, "| ", cell, std::string(widths[i] - Width(cell) + 1, ' '));
    }
    text += "|\n";
    if (number > 0) continue;
    for (const size_t width : widths) absl::StrAppend(&text, "|", std::string(width + 2, '-'));
    text += "|\n";
  }
  return text;
}

}  // namespace

void Report::SetEnvironment(absl::string_view name, absl::string_view value) {
  environment_[std::string(name)] = std::string(value);
}

void Report::Add(Figure figure) { figures_.push_back(std::move(figure)); }

void Report::AddAll(Report other) {
  for (Figure& figure : other.figures_) Add(std::move(figure));
}

const Figure* Report::Find(absl::string_view id) const {
  for (const Figure& figure : figures_) {
    if (figure.id == id) return &figure;
  }
  return nullptr;
}

absl::optional<double> Report::Ratio(const Figure& figure, const Comparison& comparison) const {
  const Figure* reference = Find(comparison.reference);
  if (reference == nullptr || reference->rounds.empty() || figure.rounds.empty()) return absl::nullopt;
  const double divisor = Median(reference->rounds);
  if (divisor == 0) return absl::nullopt;
  return Median(figure.rounds) / divisor;
}

std::string Report::Table() const {
  std::string text;
  for (const auto& [name, value] : environment_.items()) {
    absl::StrAppend(&text, name, ": ", value.get<std::string>(), "\n");
  }
  Rows rows = {{"row", "figure", "median", "least to most", "aim", "reference", "ratio", "met", "cores used"}};
  for (const Figure& figure : figures_) AppendRows(figure, rows);
  return absl::StrCat(text, "\n", Layout(rows), "\n", Summary(), "\n");
}

void Report::AppendRows(const Figure& figure, Rows& rows) const {
  absl::optional<double> median;
  if (!figure.rounds.empty()) median = Median(figure.rounds);
  std::vector<std::string> row = {figure.id, absl::StrCat(figure.title, figure.note.empty() ? "" : "; ", figure.note),
                                  "not measured", ""};
  if (median.has_value()) {
    const auto [least, most] = std::minmax_element(figure.rounds.begin(), figure.rounds.end());
    row[2] = absl::StrCat(Number(*median), " ", figure.unit);
    row[3] = absl::StrCat(Number(*least), " to ", Number(*most));
  }
  const std::string cpu = absl::StrJoin(figure.cpu, ", ", [](std::string* out, const auto& entry) {
    absl::StrAppendFormat(out, "%s %.2f", entry.first, entry.second);
  });
  // An aim of the figure itself, and one for each reference; the first of them stands beside the figure.
  if (figure.aim.bound != Aim::Bound::kNone || figure.comparisons.empty()) {
    row.insert(row.end(), {AimText(figure.aim, figure.unit), "", "", MetText(figure.aim, median), cpu});
    rows.push_back(std::move(row));
    row = {"", "", "", ""};
  }
  for (const Comparison& comparison : figure.comparisons) {
    const absl::optional<double> ratio = Ratio(figure, comparison);
    row.insert(row.end(), {AimText(comparison.aim, "×"), comparison.reference,
                           ratio.has_value() ? absl::StrCat(Number(*ratio), " ×") : "", MetText(comparison.aim, ratio),
                           row[0].empty() ? "" : cpu});
    rows.push_back(std::move(row));
    row = {"", "", "", ""};
  }
}

std::string Report::Summary() const {
  int met = 0;
  int missed = 0;
  int unknown = 0;
  const auto count = [&](const Aim& aim, absl::optional<double> value) {
    if (aim.bound == Aim::Bound::kNone) return;
    ++(!value.has_value() ? unknown : Meets(*value, aim) ? met : missed);
  };
  for (const Figure& figure : figures_) {
    count(figure.aim, figure.rounds.empty() ? absl::nullopt : absl::make_optional(Median(figure.rounds)));
    for (const Comparison& comparison : figure.comparisons) count(comparison.aim, Ratio(figure, comparison));
  }
  return absl::StrCat(met, " aims met, ", missed, " missed, ", unknown, " not measured");
}

Json Report::FigureJson(const Figure& figure) const {
  Json json = {{"id", figure.id}, {"title", figure.title}, {"unit", figure.unit}};
  if (!figure.note.empty()) json["note"] = figure.note;
  if (figure.aim.bound != Aim::Bound::kNone) json["aim"] = AimJson(figure.aim);
  if (figure.rounds.empty()) return json;
  const double median = Median(figure.rounds);
  json["median"] = median;
  json["rounds"] = figure.rounds;
  if (figure.aim.bound != Aim::Bound::kNone) json["met"] = Meets(median, figure.aim);
  if (!figure.cpu.empty()) json["cores"] = figure.cpu;
  for (const Comparison& comparison : figure.comparisons) {
    const absl::optional<double> ratio = Ratio(figure, comparison);
    if (!ratio.has_value()) continue;
    Json entry = {{"reference", comparison.reference}, {"ratio", *ratio}};
    if (comparison.aim.bound != Aim::Bound::kNone) {
      entry["aim"] = AimJson(comparison.aim);
      entry["met"] = Meets(*ratio, comparison.aim);
    }
    json["comparisons"].push_back(std::move(entry));
  }
  return json;
}

Json Report::ToJson() const {
  Json figures = Json::array();
  for (const Figure& figure : figures_) figures.push_back(FigureJson(figure));
  return {{"environment", environment_}, {"figures", std::move(figures)}};
}

}  // namespace specrelay
