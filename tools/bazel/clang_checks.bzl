"""Aspects that look at the sources of each C++ target with Clang, with the flags of its build, and build nothing.

As Bazel actions the runs are parallel and cached: a file is looked at again when it, a header of it or the list of
checks has changed. What is test-only gets the compiler's diagnostics; all else gets clang-tidy, which includes them.
Test-only code is half of all, and what clang-tidy finds in it is rarely worth doubling the time.
"""

# Paths in the messages become relative to the workspace, so that they can be clicked.
_RELATIVE = "sed -E 's#(^|[ \"])/[^ ]*/execroot/[^/]+/(\\./)?#\\1#'"

_TIDY = """
report="$1"; shift
clang-tidy-14 --quiet "$@" >"$report" 2>/dev/null || { %s "$report"; exit 1; }
""" % _RELATIVE

_COMPILER = """
report="$1"; shift
clang++-14 -fsyntax-only "$@" 2>"$report" || { %s "$report"; exit 1; }
""" % _RELATIVE

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

def _check(target, ctx, name, command, inputs, before, after):
    context = target[CcInfo].compilation_context
    reports = []
    for source in getattr(ctx.rule.files, "srcs", []):
        if not source.is_source or source.extension != "cc":
            continue
        report = ctx.actions.declare_file("%s.%s.%s" % (target.label.name, source.basename, name))
        arguments = ctx.actions.args()
        arguments.add(report)
        arguments.add_all(before)
        arguments.add(source)
        arguments.add_all(after)
        arguments.add_all(_flags(ctx, context))
        ctx.actions.run_shell(
            inputs = depset([source] + inputs, transitive = [context.headers]),
            outputs = [report],
            command = command,
            arguments = [arguments],
            mnemonic = "Clang",
            progress_message = "Checking " + source.short_path,
            use_default_shell_env = True,
        )
        reports.append(report)
    return [OutputGroupInfo(**{name: depset(reports)})]

def _is_ours(target):
    return CcInfo in target and not target.label.workspace_root

def _clang_tidy_impl(target, ctx):
    if not _is_ours(target) or ctx.rule.attr.testonly:
        return []
    config = ctx.file._config
    return _check(target, ctx, "clang_tidy", _TIDY, [config], ["--config-file=" + config.path], ["--"])

def _clang_syntax_impl(target, ctx):
    if not _is_ours(target) or not ctx.rule.attr.testonly:
        return []
    return _check(target, ctx, "clang_syntax", _COMPILER, [], [], [])

clang_tidy = aspect(
    implementation = _clang_tidy_impl,
    attrs = {"_config": attr.label(default = "//:.clang-tidy", allow_single_file = True)},
    fragments = ["cpp"],
)

clang_syntax = aspect(
    implementation = _clang_syntax_impl,
    fragments = ["cpp"],
)
