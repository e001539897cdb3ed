// What the relay last knew of a project's tree: hashes only, to find out what changed while nobody reported.
#ifndef SPECRELAY_RELAY_TREE_MIRROR_H_
#define SPECRELAY_RELAY_TREE_MIRROR_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/btree_map.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/event.pb.h"

namespace specrelay {

// Not thread-safe. Bounded: beyond `max_files` it forgets everything and becomes unknown.
class TreeMirror {
 public:
  explicit TreeMirror(int max_files = 50'000) : max_files_(max_files) {}

  // Whether a full state has been taken in, so that differences mean something.
  bool known() const { return known_; }

  // Takes in a reported change. False when it tells nothing: the deletion of a file that is not known. What has the
  // hash that is known had another in between.
  bool Apply(const v1::FileChanged& change);

  // Takes in one part of a full state. The last part completes it: the result is then what differs from before, in
  // ascending order of path, without contents; empty when the mirror was unknown until now. Files that were
  // written in the last minute before the tree's latest write count as different when they are few: whoever saw one
  // change, and change back, may not have been heard.
  std::vector<v1::FileChanged> ApplyState(const v1::TreeState& part);

  // Throws away the parts of an incomplete state.
  void AbandonState() { incoming_.clear(); }

 private:
  struct File {
    uint64_t hash;  // first 8 bytes of the SHA-256: enough to tell versions of one file apart
    v1::FileCategory category;
  };

  void Forget();

  const int max_files_;
  bool known_ = false;
  absl::btree_map<std::string, File> files_;
  absl::btree_map<std::string, v1::FileState> incoming_;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_TREE_MIRROR_H_
