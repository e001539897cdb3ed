// Which projects there are and which agent instances serve them.
#ifndef SPECRELAY_RELAY_REGISTRY_H_
#define SPECRELAY_RELAY_REGISTRY_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "relay/agent_session.h"
#include "relay/principal.h"
#include "relay/tree_mirror.h"
#include "specrelay/v1/agent_gateway.pb.h"
#include "specrelay/v1/relay.pb.h"

namespace specrelay {

// One connected agent process serving one project.
struct Instance {
  SessionId id = kNoSession;
  std::string account;
  std::string key_id;
  v1::Register registration;
  std::shared_ptr<AgentSession> stream;

  // By the clock on the wall.
  absl::Time connected_since;
  absl::Time last_seen;
  // By the clock of deadlines.
  absl::Time last_heard;
  absl::Time ping_sent;      // of the latest ping, or when it connected
  uint64_t ping_nonce = 0;   // of the unanswered ping; 0 when there is none
  bool suspect = false;      // it owes an answer to a ping for longer than usual
  bool leaving = false;      // it said goodbye or was asked to go: gets no new commands
  int in_flight = 0;         // commands sent to it that have not ended
  int64_t next_event = 1;    // sequence that its next EventBatch must begin with
  uint64_t state_nonce = 0;  // of the StateRequest under way; 0 when there is none
  // Transfers that the relay has broken off and whose outcome has not come: until then, steps may come that belong to
  // them, so that their request ids cannot be used anew.
  absl::flat_hash_set<std::string> closing_bodies;

  // Large commands, whose bodies pass one after the other, and answers that come so (relay_messages.cc).
  std::string sending;              // request id of the command that is under way or handed over; empty: none
  absl::Time sending_moved;         // when its agent last let it go on
  std::deque<std::string> to_send;  // request ids of those that wait for their turn
  std::string answering;            // request id of the command whose answer comes apart; empty: none
  absl::Time answering_moved;       // when something of any body last came
  absl::flat_hash_map<std::string, std::string> transfers;  // request ids, by the transfer ids of both

  bool healthy() const { return !suspect && !leaving; }
};

// A project of an account, remembered while the relay lives.
struct ProjectRecord {
  std::string account;
  v1::Project project;
  v1::Machine machine;
  std::vector<Instance*> instances;                 // latest registered first
  absl::Time offline_since = absl::InfinitePast();  // while `instances` is empty
  SessionId event_source = kNoSession;              // instance whose events count
  bool forgotten = false;                           // nobody shall see it until an agent registers it again
  TreeMirror mirror;

  // The latest registered healthy instance; else the latest that is not leaving; nullptr when there is none. A silent
  // instance is still worth a try when it is the only one: it may only be slow.
  Instance* Primary() const;
};

// Pure bookkeeping, not thread-safe: the relay guards it. Pointers stay valid until their record is removed.
class Registry {
 public:
  struct Limits {
    int projects_per_account = 10'000;
    int instances_per_project = 16;
  };

  explicit Registry(Limits limits) : limits_(limits) {}

  // Adds an instance. RESOURCE_EXHAUSTED when a limit is reached. The caller has removed any earlier stream of the same
  // instance (see FindTwin).
  absl::StatusOr<Instance*> Add(Instance instance);

  // The stream that the same process holds for the same project already; nullptr when there is none.
  Instance* FindTwin(absl::string_view account, const v1::Register& registration);

  // Removes an instance and returns it, with its project; both empty when there is no such session.
  std::unique_ptr<Instance> Remove(SessionId id, absl::Time now);

  Instance* Find(SessionId id);
  ProjectRecord* FindProject(absl::string_view account, absl::string_view project_id);

  // Forgets a project until an agent registers it again; its instances stay. False when it is not known.
  bool ForgetProject(absl::string_view account, absl::string_view project_id);

  // Calls `visit(ProjectRecord&)` for the projects of an account, in ascending order of id.
  template <typename Visit>
  void ForEachProject(absl::string_view account, const Visit& visit) {
    auto projects = accounts_.find(account);
    if (projects == accounts_.end()) return;
    for (auto& [id, record] : projects->second) visit(*record);
  }

  // Calls `visit(Instance&)` for every instance.
  template <typename Visit>
  void ForEachInstance(const Visit& visit) {
    for (auto& [id, instance] : instances_) visit(*instance);
  }

  int instance_count() const { return static_cast<int>(instances_.size()); }

 private:
  using ProjectsById = absl::btree_map<std::string, std::unique_ptr<ProjectRecord>>;

  // Makes room by forgetting the project that has been offline longest. False when all are online.
  static bool ForgetLongestOffline(ProjectsById& projects);

  const Limits limits_;
  SessionId last_id_ = kNoSession;
  absl::btree_map<SessionId, std::unique_ptr<Instance>> instances_;  // ordered, so that runs repeat exactly
  absl::flat_hash_map<std::string, ProjectsById> accounts_;
};

// NOT_FOUND for a project that does not exist, or that the caller may not know of.
absl::Status UnknownProject(absl::string_view project_id);

// `instance` as clients see it.
v1::AgentStatus DescribeInstance(const Instance& instance);

// `record` as clients see it.
v1::ProjectStatus DescribeProject(const ProjectRecord& record);

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_REGISTRY_H_
