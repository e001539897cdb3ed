// Which document a command writes, so that watchers can tell who changed what they show.
#ifndef SPECRELAY_RELAY_WRITTEN_DOCUMENT_H_
#define SPECRELAY_RELAY_WRITTEN_DOCUMENT_H_

#include <string>

#include "specrelay/v1/command.pb.h"

namespace specrelay {

// The document's path relative to `.spec-context`, as file changes name it; empty when the command writes none of a
// spec or of the steering, or names none that there is. Names are not checked: the path is to be compared, never
// opened.
//
// Pure and thread-safe.
std::string WrittenDocument(const v1::Command& command);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_WRITTEN_DOCUMENT_H_
