// What each role may do:
//
//   viewer       commands that read, events, lists
//   user, admin  the same, and commands that write
//   agent        connect an agent to the relay, and nothing else
//
// Every check belongs before any look-up of a project: a refusal then says nothing about which projects exist. Accounts
// are kept apart by the registry, where another account's project is NOT_FOUND like one that does not exist.
//
// Pure functions; thread-safe. All fail with PERMISSION_DENIED and say which role or scope is needed.
#ifndef SPECRELAY_RELAY_AUTHORIZATION_H_
#define SPECRELAY_RELAY_AUTHORIZATION_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/support/command_catalog.h"
#include "relay/principal.h"

namespace specrelay {

// For calls of the Relay service that are about no particular project: lists, the state of an own command.
absl::Status AuthorizeClient(const Principal& principal);

// For a command, whatever the project.
absl::Status AuthorizeCommand(const Principal& principal, const CommandInfo& command);

// For anything a client does with one project: its scopes must include it.
absl::Status AuthorizeProject(const Principal& principal, absl::string_view project_id);

// For changes that are no command, such as `what`: "taking a project from the list".
absl::Status AuthorizeChange(const Principal& principal, absl::string_view what);

// For Watch. An empty id asks for all projects that the key may see; each event then still has to pass
// Principal::MaySee.
absl::Status AuthorizeWatch(const Principal& principal, absl::string_view project_id);

// For a stream of AgentGateway that serves the project.
absl::Status AuthorizeAgent(const Principal& principal, absl::string_view project_id);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_AUTHORIZATION_H_
