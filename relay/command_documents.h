// Which documents a command changes. Pure functions; thread-safe.
#ifndef SPECRELAY_RELAY_COMMAND_DOCUMENTS_H_
#define SPECRELAY_RELAY_COMMAND_DOCUMENTS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "specrelay/v1/command.pb.h"

namespace specrelay {

// What a write changes or goes by, as paths relative to `.spec-context`: "specs/a/tasks.md", or "specs/a" for all of a
// spec. What is not in the tree has a word before a colon ("job:nightly"). A command that this function does not know
// changes "", which is everything, and so does a write to a document that there is not. Paths are not checked: that is
// the agent's part.
std::vector<std::string> DocumentsOf(const v1::Command& command);

// The document of a spec or of the steering that a command writes, as file changes name it, so that watchers can tell
// who changed what they show; empty for other commands, and for a document that there is not.
std::string WrittenDocument(const v1::Command& command);

// Whether a write names the version that it replaces.
bool IsConditional(const v1::Command& command);

// Lets a write replace only the version with that hash. False, and nothing is changed, for one that cannot name any.
bool BaseOn(absl::string_view hash, v1::Command& command);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_COMMAND_DOCUMENTS_H_
