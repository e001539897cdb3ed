"""Text files as C++ constants, so that a program carries them and finds them wherever it is installed."""

# The delimiter must not occur in the texts; the compiler says so if it does.
_COMMAND = r"""
{
  echo '// Generated.'
  echo 'namespace specrelay {'
  for file in $(SRCS); do
    stem=$$(basename "$$file" .md | sed -E 's/(^|-)([a-z])/\U\2/g')
    printf 'inline constexpr char k%s[] = R"~~~~(' "$$stem"
    cat "$$file"
    echo ')~~~~";'
  done
  echo '}  // namespace specrelay'
} > $@
"""

def cc_embedded_texts(name, srcs, **kwargs):
    """A cc_library with the header `name`.h, which has `specrelay::kTasksTemplate` for tasks-template.md.

    Args:
      name: the library.
      srcs: Markdown files; their names without directories must differ.
      **kwargs: passed to the cc_library.
    """
    native.genrule(
        name = name + "_header",
        srcs = srcs,
        outs = [name + ".h"],
        cmd = _COMMAND,
        message = "Embedding texts",
    )
    native.cc_library(
        name = name,
        hdrs = [name + ".h"],
        **kwargs
    )
