#include "tools/ctl/help.h"

namespace specrelay {

absl::string_view HelpText() {
  return R"(specrelay_ctl: keys, typed commands and events of a SpecRelay, from a shell.

Keys (work on the keys file, without a relay):
  key create --name=NAME --role=agent|user|viewer|admin --account=ACCOUNT --keys_file=PATH
             [--projects=ID,ID] [--expires=720h]
                            make a key; it is printed once, alone on the standard output
  key list   --keys_file=PATH
  key revoke --keys_file=PATH --id=ID | --name=NAME
                            the relay ends what the key is used for within 5 s

Calls (need a relay and a key of the role user, viewer or admin):
  projects                  list the projects that the key may see
  agents     [--project=ID] list the connected agents
  exec COMMAND --project=ID [--json='{…}' | --json=@FILE | --json=-] [--timeout=30s]
             [--request_id=ID] [--offline_policy=fail|queue|wait]
                            send a command and wait for its outcome; when the agent is away, fail at once, let the relay
                            keep a write for up to a day, or wait for the agent until the timeout
  submit COMMAND …          the same without waiting; prints the request id
  wait REQUEST_ID [--timeout=30s]
                            wait until a command has ended
  read PATH  --project=ID [--timeout=30s] > FILE
                            write a file of the project's .spec-context directory to the standard output, however large
  write PATH --project=ID [--base_hash=HASH|none] [--request_id=ID] [--timeout=30s] < FILE
                            the other way round: all of it or, when anything fails, nothing
  queue      --project=ID   list the writes that wait for the project's agent, and those that met a conflict
  queue get|cancel|resend|discard REQUEST_ID
                            one of them with its content; take it back; or, when it met a conflict, send it again over
                            what is there now, or drop it
  watch      [--project=ID] [--cursor=CURSOR] [--count=N]
                            print events, one JSON line each; ends after N, or when the connection breaks
  doctor     [--project=ID] [--json_output]
                            check connection, key, role and projects, and say what to do

Without either:
  commands   [COMMAND]      list the commands that exec can send, with their fields
  audit verify --project=DIR [--machine] [--state_dir=DIR]
                            check the record of all writes in DIR/.spec-context/audit.jsonl and the parts of it beside
                            it, with --machine also or only that of the machine's directory (SPECRELAY_HOME, else
                            ~/.spec-context-mcp); says which lines were changed, removed or reordered. Exits with 0 when
                            intact, 1 when damaged, 2 when it cannot be read
  help                      this text

Reaching the relay:
  --relay=HOST:PORT         default 127.0.0.1:50051
  --api_key_file=PATH       file with the key; else the environment variable SPECRELAY_API_KEY
  --tls                     TLS with the system's certificate authorities
  --tls_ca=PATH             TLS with the certificate authorities in this PEM file
  --insecure                send the key to another machine in plain text all the same

Each flag can also be given as the environment variable SPECRELAY_<FLAG>, or in a file with --flagfile=PATH.

Results are JSON on the standard output. A failure is one JSON line on the standard error, {"error":…,"code":…} and
what else is known, and an exit code:
  0   done
  1   mistake in the command line
  2   INVALID_ARGUMENT: the relay or the agent refuses the request as it is
  3   NOT_FOUND: no such project, spec, task, approval, key or file
  4   UNAUTHENTICATED or PERMISSION_DENIED: no key, wrong key, or a key that may not do this
  5   UNAVAILABLE: relay not reachable, or no agent connected; nothing was applied
  6   ABORTED: conflict, what the write was based on has changed; nothing was applied
  7   FAILED_PRECONDITION or ALREADY_EXISTS
  8   RESOURCE_EXHAUSTED: a limit or a quota
  9   outcome unknown, or not there in time: send it again with the same --request_id, or use wait
  10  anything else
)";
}

}  // namespace specrelay
