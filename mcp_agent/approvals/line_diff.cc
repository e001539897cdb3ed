#include "mcp_agent/approvals/line_diff.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "mcp_agent/approvals/edit_script.h"
#include "mcp_agent/tree/utf8.h"

namespace specrelay {
namespace {

using Ids = absl::flat_hash_map<absl::string_view, int>;

std::vector<int> Number(const std::vector<absl::string_view>& lines, Ids& ids) {
  std::vector<int> numbers;
  numbers.reserve(lines.size());
  for (const absl::string_view line : lines) {
    numbers.push_back(ids.try_emplace(line, static_cast<int>(ids.size())).first->second);
  }
  return numbers;
}

v1::DiffLine LineOf(v1::DiffLineType type, int old_index, int new_index, absl::string_view text) {
  v1::DiffLine line;
  line.set_type(type);
  if (type != v1::DIFF_LINE_TYPE_ADD) line.set_old_line_number(old_index + 1);
  if (type != v1::DIFF_LINE_TYPE_DELETE) line.set_new_line_number(new_index + 1);
  line.set_content(ReplaceInvalidUtf8(text));
  return line;
}

// All lines of both texts in the order of reading: deletions before additions where both stand together.
struct Walk {
  std::vector<v1::DiffLine> lines;
  std::vector<std::pair<int, int>> starts;  // index on the old and the new side before each line
};

Walk WalkThrough(const std::vector<absl::string_view>& old_lines, const std::vector<absl::string_view>& new_lines,
                 const Correspondence& kept) {
  Walk walk;
  size_t i = 0, j = 0;
  const auto add = [&](v1::DiffLineType type, absl::string_view text) {
    walk.starts.emplace_back(i, j);
    walk.lines.push_back(LineOf(type, static_cast<int>(i), static_cast<int>(j), text));
  };
  while (i < old_lines.size() || j < new_lines.size()) {
    if (i < old_lines.size() && !kept.old_kept[i]) {
      add(v1::DIFF_LINE_TYPE_DELETE, old_lines[i]);
      ++i;
    } else if (j < new_lines.size() && !kept.new_kept[j]) {
      add(v1::DIFF_LINE_TYPE_ADD, new_lines[j]);
      ++j;
    } else {
      add(v1::DIFF_LINE_TYPE_NORMAL, old_lines[i]);
      ++i, ++j;
    }
  }
  return walk;
}

void AppendChunk(Walk& walk, size_t begin, size_t end, v1::ApprovalDiffResponse& diff) {
  v1::DiffChunk& chunk = *diff.add_chunks();
  chunk.set_old_start(walk.starts[begin].first + 1);
  chunk.set_new_start(walk.starts[begin].second + 1);
  int old_lines = 0, new_lines = 0;
  for (size_t i = begin; i < end; ++i) {
    old_lines += walk.lines[i].type() != v1::DIFF_LINE_TYPE_ADD;
    new_lines += walk.lines[i].type() != v1::DIFF_LINE_TYPE_DELETE;
    *chunk.add_lines() = std::move(walk.lines[i]);
  }
  chunk.set_old_lines(old_lines);
  chunk.set_new_lines(new_lines);
}

void Count(const Walk& walk, v1::ApprovalDiffResponse& diff) {
  int additions = 0, deletions = 0, changes = 0;
  int run_additions = 0, run_deletions = 0;
  const auto end_run = [&] {
    additions += run_additions;
    deletions += run_deletions;
    changes += std::min(run_additions, run_deletions);
    run_additions = run_deletions = 0;
  };
  for (const v1::DiffLine& line : walk.lines) {
    if (line.type() == v1::DIFF_LINE_TYPE_NORMAL) end_run();
    run_additions += line.type() == v1::DIFF_LINE_TYPE_ADD;
    run_deletions += line.type() == v1::DIFF_LINE_TYPE_DELETE;
  }
  end_run();
  diff.set_additions(additions);
  diff.set_deletions(deletions);
  diff.set_changes(changes);
}

}  // namespace

std::vector<absl::string_view> SplitLines(absl::string_view text) {
  std::vector<absl::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == absl::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

v1::ApprovalDiffResponse DiffTexts(absl::string_view old_text, absl::string_view new_text, int context_lines) {
  const std::vector<absl::string_view> old_lines = SplitLines(old_text);
  const std::vector<absl::string_view> new_lines = SplitLines(new_text);
  Ids ids;
  const std::vector<int> old_ids = Number(old_lines, ids);
  const std::vector<int> new_ids = Number(new_lines, ids);
  Walk walk = WalkThrough(old_lines, new_lines, Correspond(old_ids, new_ids));
  v1::ApprovalDiffResponse diff;
  Count(walk, diff);

  const size_t context = static_cast<size_t>(std::max(context_lines, 0));
  const size_t size = walk.lines.size();
  const auto changed = [&](size_t i) { return walk.lines[i].type() != v1::DIFF_LINE_TYPE_NORMAL; };
  for (size_t i = 0; i < size; ++i) {
    if (!changed(i)) continue;
    const size_t begin = i < context ? 0 : i - context;
    size_t last = i;  // last change of the chunk
    for (size_t next = i + 1; next < size && next <= last + 2 * context + 1; ++next) {
      if (changed(next)) last = next;
    }
    const size_t end = std::min(size, last + context + 1);
    AppendChunk(walk, begin, end, diff);
    i = end - 1;
  }
  return diff;
}

}  // namespace specrelay
