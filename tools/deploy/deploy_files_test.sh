#!/usr/bin/env bash
# Checks the files of tools/deploy that need no running server.
#
#   deploy_files_test.sh SERVER AGENT
set -euo pipefail

server="$(readlink -f -- "$1")"
agent="$(readlink -f -- "$2")"
readonly server agent
readonly render=tools/deploy/render_nginx
failed=0

fail() {
  printf 'FAILED: %s\n' "$*" >&2
  failed=1
}

render() { "$render" --server_name=a.example --certificate=/a.pem --key=/a.key "$@" 2>&1; }

# refuses WORD ARGUMENT...: the command fails with WORD in its message.
refuses() {
  local word="$1" output
  shift
  output=$("$render" "$@" 2>&1) && fail "render_nginx $* succeeds"
  [[ "$output" == *"$word"* ]] || fail "render_nginx $* says: $output"
}

check_render() {
  local text
  text=$(render)
  [[ "$text" == *$'listen 443 ssl'*$'listen [::]:443 ssl'* ]] || fail "the default ports are missing"
  [[ ! "$text" =~ @[a-z_]+@ ]] || fail "a placeholder is left"
  [[ "$text" != *"return 308"* ]] || fail "plain HTTP is redirected unasked"
  text=$(render --listen=127.0.0.1:8443 --redirect_from=80 --http=127.0.0.1:1 --grpc='[::1]:2')
  # shellcheck disable=SC2016  # nginx's variables
  for line in 'listen 127.0.0.1:8443 ssl' 'listen 80;' 'return 308 https://$host$request_uri' \
    'server 127.0.0.1:1;' 'server [::1]:2;' 'server_name a.example;' 'ssl_certificate /a.pem;' 'ssl_certificate_key /a.key;'; do
    [[ "$text" == *"$line"* ]] || fail "there is no: $line"
  done
  refuses "--certificate is missing" --server_name=a.example
  refuses "no option --other=1" --other=1
  refuses "no option a" a
  refuses "cannot stand" --server_name='a; include /etc/passwd'
  refuses "cannot stand" --server_name=
}

# unit NAME PROGRAM: a copy of the unit that starts the program of this build.
unit() {
  sed "s#^ExecStart=[^ ]*#ExecStart=$2#" "tools/deploy/$1" >"$TEST_TMPDIR/$1"
}

# Each setting of the unit is a flag of the program.
check_settings() {
  local name help
  # --help of Abseil's flags exits with 1.
  help=$("$2" --helpfull 2>&1 || true)
  while read -r name; do
    [[ "$help" == *"--$name "* || "$help" == *"--[no]$name "* ]] || fail "$1: there is no flag --$name"
  done < <(grep -oE 'SPECRELAY_[A-Z_]+|^ExecStart=.*' "tools/deploy/$1" | grep -oE 'SPECRELAY_[A-Z_]+|--[a-z_]+' |
    sed 's/^SPECRELAY_//; s/^--//' | tr '[:upper:]' '[:lower:]')
}

check_units() {
  check_settings specrelay-server.service "$server"
  check_settings specrelay-agent@.service "$agent"
  if ! command -v systemd-analyze >/dev/null; then
    printf 'there is no systemd here to check the units\n'
    return
  fi
  unit specrelay-server.service "$server"
  unit specrelay-agent@.service "$agent"
  export XDG_RUNTIME_DIR="$TEST_TMPDIR"
  systemd-analyze verify "$TEST_TMPDIR/specrelay-server.service" || fail "systemd refuses the server's unit"
  systemd-analyze --user verify "$TEST_TMPDIR/specrelay-agent@.service" || fail "systemd refuses the agent's unit"
  # Tenths of "exposure": 100 is no protection at all.
  systemd-analyze security --offline=true --threshold=20 "$TEST_TMPDIR/specrelay-server.service" >/dev/null ||
    fail "the server's unit is not shut enough; see systemd-analyze security"
}

check_render
check_units
exit "$failed"
