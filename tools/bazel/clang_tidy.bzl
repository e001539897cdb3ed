"""An aspect that runs clang-tidy over the sources of each C++ target, with the flags of its build, and builds nothing.

As Bazel actions the runs are parallel and cached: a file is looked at again when it, a header of it or the list of
checks has changed. Test-only code is left out: it is half of all, and what clang-tidy finds in it is rarely worth
doubling the time.
"""

# Paths in the messages become relative to the workspace, so that they can be clicked.
_TIDY = """
report="$1"; shift
clang-tidy-14 --quiet "$@" >"$report" 2>/dev/null || {
  sed -E 's#(^|[ \\"])/[^ ]*/execroot/[^/]+/(\\./)?#\\1#' "$report"
  exit 1
}
"""

def _flags(ctx, context):
    flags = ctx.fragments.cpp.copts + ctx.fragments.cpp.cxxopts + getattr(ctx.rule.attr, "copts", [])
    flags += ["-D" + define for define in context.defines.to_list() + context.local_defines.to_list()]
    for option, directories in [
        ("-iquote", context.quote_includes),
        ("-I", context.includes),
        ("-isystem", context.system_includes),
    ]:
        for directory in directories.to_list():
            flags += [option, directory]
    return flags

def _clang_tidy_impl(target, ctx):
    if CcInfo not in target or target.label.workspace_root or ctx.rule.attr.testonly:
        return []
    context = target[CcInfo].compilation_context
    config = ctx.file._config
    reports = []
    for source in getattr(ctx.rule.files, "srcs", []):
        if not source.is_source or source.extension != "cc":
            continue
        report = ctx.actions.declare_file("%s.%s.clang_tidy" % (target.label.name, source.basename))
        arguments = ctx.actions.args()
        arguments.add(report)
        arguments.add("--config-file=" + config.path)
        arguments.add(source)
        arguments.add("--")
        arguments.add_all(_flags(ctx, context))
        ctx.actions.run_shell(
            inputs = depset([source, config], transitive = [context.headers]),
            outputs = [report],
            command = _TIDY,
            arguments = [arguments],
            mnemonic = "ClangTidy",
            progress_message = "Checking " + source.short_path,
            use_default_shell_env = True,
        )
        reports.append(report)
    return [OutputGroupInfo(clang_tidy = depset(reports))]

clang_tidy = aspect(
    implementation = _clang_tidy_impl,
    attrs = {"_config": attr.label(default = "//:.clang-tidy", allow_single_file = True)},
    fragments = ["cpp"],
)
