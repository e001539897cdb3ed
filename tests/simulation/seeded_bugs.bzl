"""Simulations of the product with one bug put into it, to show that the simulation finds such bugs."""

def seeded_bug(name, file, before, after):
    """Builds `simulate_<name>`: the simulation with `before` replaced by `after` in the source `file`.

    The build fails unless `before` is in the file exactly once, so that no bug is forgotten when the source changes.
    """
    native.genrule(
        name = name + "_source",
        testonly = True,
        srcs = [file],
        outs = [name + ".cc"],
        cmd = "$(execpath replace_once.py) $< $@ '{}' '{}'".format(_quoted(before), _quoted(after)),
        tools = ["replace_once.py"],
    )

    # The linker takes the changed source and leaves the library's own one in its archive.
    native.cc_binary(
        name = "simulate_" + name,
        testonly = True,
        srcs = [":" + name + "_source"],
        copts = ["-Wno-unused"],
        deps = [":simulate_lib"],
    )

def _quoted(text):
    return text.replace("$", "$$").replace("'", "'\\''")
