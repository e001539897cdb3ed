#include "tools/ctl/ctl.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tools/ctl/audit.h"
#include "tools/ctl/command_list.h"
#include "tools/ctl/doctor.h"
#include "tools/ctl/exec.h"
#include "tools/ctl/files.h"
#include "tools/ctl/help.h"
#include "tools/ctl/key_commands.h"
#include "tools/ctl/lists.h"
#include "tools/ctl/output.h"
#include "tools/ctl/queue.h"
#include "tools/ctl/watch.h"

namespace specrelay {
namespace {

struct Subcommand {
  absl::string_view name;
  absl::Status (*run)(const CtlContext& context, const std::vector<std::string>& args);
};

absl::Status RunHelp(const CtlContext& context, const std::vector<std::string>& args) {
  context.out << HelpText() << std::flush;
  return absl::OkStatus();
}

constexpr Subcommand kSubcommands[] = {
    {"key", RunKey},       {"projects", RunProjects}, {"agents", RunAgents}, {"exec", RunExec},
    {"submit", RunSubmit}, {"wait", RunWait},         {"watch", RunWatch},   {"doctor", RunDoctor},
    {"help", RunHelp},     {"commands", RunCommands}, {"audit", RunAudit},   {"queue", RunQueue},
    {"read", RunRead},     {"write", RunWrite},
};

absl::Status Dispatch(const CtlContext& context, const std::vector<std::string>& args) {
  if (args.empty()) return UsageError("no subcommand was given; specrelay_ctl help lists them");
  for (const Subcommand& subcommand : kSubcommands) {
    if (subcommand.name == args[0]) return subcommand.run(context, {args.begin() + 1, args.end()});
  }
  return UsageError(absl::StrCat("there is no subcommand \"", args[0], "\"; specrelay_ctl help lists them"));
}

}  // namespace

int RunCtl(const CtlContext& context, const std::vector<std::string>& args) {
  const absl::Status status = Dispatch(context, args);
  if (!status.ok()) context.err << ErrorLine(status) << std::endl;
  return ExitCodeFor(status);
}

}  // namespace specrelay
