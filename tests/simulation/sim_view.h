// What a browser shows of a project: kept up to date by the relay's events.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_VIEW_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_VIEW_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/optional.h"
#include "relay/relay.h"
#include "specrelay/v1/event.pb.h"
#include "tests/simulation/event_loop.h"
#include "tests/simulation/sim_client.h"
#include "tests/simulation/sim_random.h"
#include "tests/simulation/sim_relay.h"

namespace specrelay {

// Follows the events of one project, resumes after the last one it saw when it loses the relay, and reads the files
// anew when it is told to resync. One thread. The arguments must outlive it, and it the loop's tasks.
class SimView {
 public:
  SimView(EventLoop& loop, SimRandom& random, SimRelay& relay, SimClient& client, std::string project_id,
          std::string name, std::vector<std::string> paths);

  void Start() { Connect(); }
  // Reads nothing for that long, as a browser in the background.
  void Stall(absl::Duration time);

  // The content shown; nullopt where there is no file.
  absl::optional<std::string> Shown(const std::string& path) const;
  const std::vector<std::string>& paths() const { return paths_; }
  const std::string& project_id() const { return project_id_; }

 private:
  // One stream of events.
  struct Stream {
    std::shared_ptr<EventLog> log;
    EventLog::Sequence position = 0;
    std::shared_ptr<bool> ended = std::make_shared<bool>(false);
  };

  void Connect();
  void Serve(const std::shared_ptr<Stream>& stream, Relay& relay);
  void Pump(const std::shared_ptr<Stream>& stream);
  void OnEvents(const std::vector<std::shared_ptr<const v1::Event>>& events, const std::string& cursor);
  void OnLost(const std::shared_ptr<Stream>& stream);
  void ReadAll();
  void ReadFile(const std::string& path);

  EventLoop& loop_;
  SimRandom& random_;
  SimRelay& relay_;
  SimClient& client_;
  const std::string project_id_;
  const std::string name_;
  const std::vector<std::string> paths_;

  std::string cursor_;
  absl::Time stalled_until_ = absl::InfinitePast();
  std::map<std::string, absl::optional<std::string>> shown_;
  std::map<std::string, bool> reading_;  // by path; whether it changed since the read began
  int reads_ = 0;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_VIEW_H_
