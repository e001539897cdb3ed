# Sourced by the scripts of tools/: a Node.js that is new enough for the website's tools.
# shellcheck shell=bash

node_dir="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../node" && pwd -P)"

node_is_new_enough() {
  command -v node >/dev/null &&
    node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
}

# Puts a suitable Node.js and its npm first in PATH, installing them below tools/node when the system's are too old: npm
# leaves out optional packages that do not run on the Node.js it runs on itself.
use_node() {
  node_is_new_enough && return 0
  local bin=("$node_dir"/node_modules/node-linux-*/bin)
  if [[ ! -x "${bin[0]}/node" ]]; then
    printf 'Installing Node.js for the website into tools/node\n'
    (cd -- "$node_dir" && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error </dev/null >/dev/null) || return 1
    bin=("$node_dir"/node_modules/node-linux-*/bin)
  fi
  PATH="${bin[0]}:$node_dir/node_modules/.bin:$PATH"
  export PATH
  node_is_new_enough
}
