# Sourced by the scripts of tools/: Bazel with a disk cache outside the tree, so that a fresh clone builds in seconds.
# shellcheck shell=bash

specrelay_bazel_cache="${SPECRELAY_BAZEL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/specrelay/bazel}"

# bazel_run COMMAND [OPTION|TARGET]...
bazel_run() {
  local command="$1"
  shift
  local options=(--disk_cache="$specrelay_bazel_cache")
  [[ -t 2 ]] || options+=(--curses=no --color=no --show_progress_rate_limit=60)
  bazel "$command" "${options[@]}" "$@"
}
