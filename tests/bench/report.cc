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
  return absl::StrFormat(size >= 10 ? "%.1f" : "%.2f", value);
}

std::string AimText(const Aim& aim, double value) {
  if (aim.bound == Aim::Bound::kNone) return "";
  return absl::StrCat(aim.bound == Aim::Bound::kAtMost ? "≤ " : "≥ ", Number(aim.value),
                      Meets(value, aim) ? "" : " MISSED");
}

Json AimJson(const Aim& aim) { return {{aim.bound == Aim::Bound::kAtMost ? "atMost" : "atLeast", aim.value}}; }

// Characters, not bytes; none of those used here is wider than one.
size_t Width(const std::string& text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string Layout(const std::vector<std::vector<std::string>>& rows) {
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
  std::vector<std::vector<std::string>> rows = {{"figure", "median", "least to most", "aim", "cores used"}};
  for (const Figure& figure : figures_) {
    if (figure.rounds.empty()) {
      rows.push_back({figure.title, "not measured", "", AimText(figure.aim, figure.aim.value), figure.note});
      continue;
    }
    const double median = Median(figure.rounds);
    const auto [least, most] = std::minmax_element(figure.rounds.begin(), figure.rounds.end());
    const std::string cpu = absl::StrJoin(figure.cpu, ", ", [](std::string* out, const auto& entry) {
      absl::StrAppendFormat(out, "%s %.2f", entry.first, entry.second);
    });
    rows.push_back({absl::StrCat(figure.title, figure.note.empty() ? "" : "; ", figure.note),
                    absl::StrCat(Number(median), " ", figure.unit), absl::StrCat(Number(*least), " to ", Number(*most)),
                    AimText(figure.aim, median), cpu});
    for (const Comparison& comparison : figure.comparisons) {
      const absl::optional<double> ratio = Ratio(figure, comparison);
      rows.push_back({absl::StrCat("… against ", comparison.reference),
                      ratio.has_value() ? absl::StrCat(Number(*ratio), " ×") : "not measured", "",
                      AimText(comparison.aim, ratio.value_or(comparison.aim.value)), ""});
    }
  }
  return absl::StrCat(text, "\n", Layout(rows));
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
