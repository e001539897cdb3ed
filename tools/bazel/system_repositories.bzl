"""Repositories that Bazel 4 asks for by default, declared locally so that no build touches the network."""

_CC_DEFS = """
cc_library = native.cc_library
cc_binary = native.cc_binary
cc_test = native.cc_test
cc_import = native.cc_import
cc_toolchain = native.cc_toolchain
cc_toolchain_suite = native.cc_toolchain_suite
"""

_JAVA_DEFS = """
java_library = native.java_library
java_binary = native.java_binary
java_import = native.java_import
java_toolchain = native.java_toolchain
java_runtime = native.java_runtime
"""

_PROTO_DEFS = """
proto_library = native.proto_library
proto_lang_toolchain = native.proto_lang_toolchain
"""

def _shim_impl(ctx):
    ctx.file("WORKSPACE", "")
    ctx.file("BUILD", "")
    for path, content in ctx.attr.files.items():
        ctx.file(path, content)

_shim_repository = repository_rule(
    implementation = _shim_impl,
    attrs = {"files": attr.string_dict(doc = "file path -> content")},
)

def system_repositories():
    """Declares the rule shims and `@system`, the libraries installed under /usr."""
    _shim_repository(name = "rules_cc", files = {"cc/BUILD": "", "cc/defs.bzl": _CC_DEFS})
    _shim_repository(name = "rules_java", files = {"java/BUILD": "", "java/defs.bzl": _JAVA_DEFS})
    _shim_repository(name = "rules_proto", files = {"proto/BUILD": "", "proto/defs.bzl": _PROTO_DEFS})
    _shim_repository(
        name = "remote_coverage_tools",
        files = {"BUILD": """filegroup(name = "coverage_report_generator", visibility = ["//visibility:public"])"""},
    )
    native.new_local_repository(
        name = "system",
        path = "/usr",
        build_file = "@specrelay//tools/bazel:system_libraries.BUILD",
    )
