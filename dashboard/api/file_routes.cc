#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "dashboard/api/routes.h"
#include "proto/support/status_macros.h"

// Files below `.spec-context`, and below the project where the agent's owner allows it.

namespace specrelay {
namespace {

// Whether JSON can hold these bytes: then nothing of them is left out when it is written.
bool IsText(const std::string& bytes) {
  return Json::parse(Json(bytes).dump(-1, ' ', false, Json::error_handler_t::ignore), nullptr, false) == bytes;
}

absl::StatusOr<HttpResponse> ReadFile(const ApiCall& call) {
  v1::Command command;
  v1::FileReadRequest& read = *command.mutable_file_read();
  read.set_path(call.Query("path"));
  if (read.path().empty()) return absl::InvalidArgumentError("path is missing; name a file, as ?path=steering/tech.md");
  const std::string root = call.Query("root");
  if (root == "project") {
    read.set_root(v1::FILE_ROOT_PROJECT);
  } else if (!root.empty() && root != "tree") {
    return absl::InvalidArgumentError("root must be tree (which it is when absent) or project");
  }
  ASSIGN_OR_RETURN(const v1::CommandResult result, call.Run(std::move(command)));
  const v1::FileReadResponse& file = result.file_read();
  const bool text = IsText(file.content());
  return call.Tagged({{"path", file.path()},
                      {"encoding", text ? "utf-8" : "base64"},
                      {"content", text ? file.content() : absl::Base64Escape(file.content())},
                      {"size", file.version().size_bytes()},
                      {"hash", file.version().hash()},
                      {"lastModified", TimeJson(file.version().last_modified())}},
                     file.version().hash());
}

}  // namespace

std::vector<Route> FileRoutes(ApiServices& services) {
  return {ApiRoute(services,
                   {"GET",
                    "/api/projects/{projectId}/files",
                    Access::kViewer,
                    "Reads a file below .spec-context, or below the project where the agent's owner allows it",
                    "",
                    "File",
                    kTaggedReads,
                    {{"path", "Path of the file, as `steering/tech.md`"},
                     {"root", "`tree` (.spec-context), which it is when absent, or `project`"}}},
                   ReadFile)};
}

}  // namespace specrelay
