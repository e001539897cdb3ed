#include "dashboard/api/diff_json.h"

#include <utility>

namespace specrelay {
namespace {

const char* LineTypeName(v1::DiffLineType type) {
  switch (type) {
    case v1::DIFF_LINE_TYPE_ADD:
      return "add";
    case v1::DIFF_LINE_TYPE_DELETE:
      return "delete";
    default:
      return "normal";
  }
}

Json LineJson(const v1::DiffLine& line) {
  Json json = {{"type", LineTypeName(line.type())}};
  if (line.has_old_line_number()) json["oldLineNumber"] = line.old_line_number();
  if (line.has_new_line_number()) json["newLineNumber"] = line.new_line_number();
  json["content"] = line.content();
  return json;
}

Json ChunkJson(const v1::DiffChunk& chunk) {
  Json lines = Json::array();
  for (const v1::DiffLine& line : chunk.lines()) lines.push_back(LineJson(line));
  return {{"oldStart", chunk.old_start()},
          {"oldLines", chunk.old_lines()},
          {"newStart", chunk.new_start()},
          {"newLines", chunk.new_lines()},
          {"lines", std::move(lines)}};
}

}  // namespace

Json DiffJson(const v1::ApprovalDiffResponse& diff) {
  Json chunks = Json::array();
  for (const v1::DiffChunk& chunk : diff.chunks()) chunks.push_back(ChunkJson(chunk));
  return {{"additions", diff.additions()},
          {"deletions", diff.deletions()},
          {"changes", diff.changes()},
          {"chunks", std::move(chunks)}};
}

}  // namespace specrelay
