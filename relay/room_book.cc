#include "relay/room_book.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

template <typename Rooms, typename Key>
Room RoomOf(const Rooms& rooms, const Key& key) {
  const auto it = rooms.find(key);
  return it == rooms.end() ? Room() : it->second;
}

template <typename Rooms, typename Key>
void GiveTo(Rooms& rooms, const Key& key, int64_t bytes) {
  const auto it = rooms.find(key);
  it->second.bytes -= bytes;
  if (--it->second.commands == 0) rooms.erase(it);
}

void Add(Room& room, int64_t bytes) {
  ++room.commands;
  room.bytes += bytes;
}

}  // namespace

absl::Status RoomBook::Check(absl::string_view whose, const Room& used, const Room& limit, int64_t bytes) const {
  if (used.commands + 1 > limit.commands) {
    return absl::ResourceExhaustedError(
        absl::StrCat(what_, " of this ", whose, " holds ", used.commands, " commands, its limit; ", advice_));
  }
  if (used.bytes + bytes > limit.bytes) {
    return absl::ResourceExhaustedError(absl::StrCat(what_, " of this ", whose, " holds ", used.bytes,
                                                     " bytes and takes ", limit.bytes, ", so a command of ", bytes,
                                                     " bytes has no room; ", advice_));
  }
  return absl::OkStatus();
}

absl::Status RoomBook::Take(const ProjectKey& project, int64_t bytes) {
  RETURN_IF_ERROR(Check("project", RoomOf(projects_, project), limits_.project, bytes));
  RETURN_IF_ERROR(Check("account", RoomOf(accounts_, project.first), limits_.account, bytes));
  RETURN_IF_ERROR(Check("relay", used_, limits_.total, bytes));
  Add(projects_[project], bytes);
  Add(accounts_[project.first], bytes);
  Add(used_, bytes);
  return absl::OkStatus();
}

void RoomBook::Give(const ProjectKey& project, int64_t bytes) {
  GiveTo(projects_, project, bytes);
  GiveTo(accounts_, project.first, bytes);
  --used_.commands;
  used_.bytes -= bytes;
}

Room RoomBook::Free(const ProjectKey& project) const {
  const Room in_project = RoomOf(projects_, project);
  const Room in_account = RoomOf(accounts_, project.first);
  return {std::min({limits_.project.commands - in_project.commands, limits_.account.commands - in_account.commands,
                    limits_.total.commands - used_.commands}),
          std::min({limits_.project.bytes - in_project.bytes, limits_.account.bytes - in_account.bytes,
                    limits_.total.bytes - used_.bytes})};
}

}  // namespace specrelay
