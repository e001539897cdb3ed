// Entity tags, by which a client says which version it has.
#ifndef SPECRELAY_DASHBOARD_HTTP_ENTITY_TAG_H_
#define SPECRELAY_DASHBOARD_HTTP_ENTITY_TAG_H_

#include "absl/strings/string_view.h"

namespace specrelay {

// Whether `tags`, the value of an If-None-Match header, include `tag` (with its quotes), or are "*". Compared weakly,
// as for every read. Pure.
bool IncludesEntityTag(absl::string_view tags, absl::string_view tag);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_HTTP_ENTITY_TAG_H_
