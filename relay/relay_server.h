// The relay behind a gRPC port.
#ifndef SPECRELAY_RELAY_RELAY_SERVER_H_
#define SPECRELAY_RELAY_RELAY_SERVER_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "proto/support/clock.h"
#include "relay/agent_connection.h"
#include "relay/agent_gateway_service.h"
#include "relay/key_store.h"
#include "relay/listen_address.h"
#include "relay/live_streams.h"
#include "relay/relay.h"
#include "relay/relay_service.h"
#include "relay/ticker.h"
#include "relay/watch_stream.h"

namespace specrelay {

struct RelayServerOptions {
  std::string address = "127.0.0.1:50051";  // port 0: any that is free
  std::string tls_certificate_path;         // PEM; both empty: plain text
  std::string tls_key_path;
  int max_receive_bytes = 80 << 20;  // more than the relay takes, so that the relay itself can say what is too large
  int max_metadata_bytes = 16 << 10;
  int max_streams_per_connection = 1000;
  size_t memory_quota_bytes = size_t{2} << 30;  // of what gRPC buffers
  absl::Duration tick_interval = absl::Milliseconds(100);
  absl::Duration stream_check_interval = absl::Seconds(1);  // for the timeouts of each stream
  absl::Duration key_check_interval = absl::Seconds(1);
  absl::Duration drain_timeout = absl::Seconds(10);    // for commands under way
  absl::Duration shutdown_timeout = absl::Seconds(2);  // for calls to end after that
  absl::Duration retry_after = absl::Seconds(1);       // when agents may come back
  AgentConnectionOptions agents;
  WatchStreamOptions watchers;
  LiveStreams::Limits streams;
};

// Thread-safe. While it lives it makes the relay's time pass and follows the keys file.
class RelayServer {
 public:
  // Listens and serves. `clock` is the relay's, of deadlines. What it is given must outlive it. Fails with
  // INVALID_ARGUMENT (address, certificate) or FAILED_PRECONDITION (port taken); the message is for the person who
  // starts the program.
  static absl::StatusOr<std::unique_ptr<RelayServer>> Start(RelayServerOptions options, Relay& relay, KeyStore& keys,
                                                            const Clock& clock);

  RelayServer(const RelayServer&) = delete;
  RelayServer& operator=(const RelayServer&) = delete;

  // Shuts down when that has not been done.
  ~RelayServer();

  // Where it listens, with the real port.
  const ListenAddress& address() const { return address_; }

  // Whether it takes new work: true until Shutdown() begins.
  bool serving() const { return serving_.load(); }

  // The streams that it knows of. Those of other transports that are added share the limits, end with their keys, and
  // end when the relay shuts down.
  LiveStreams& streams() { return streams_; }

  int agent_count() const { return streams_.count(StreamKind::kAgent); }
  int watcher_count() const { return streams_.count(StreamKind::kWatcher); }

  // Idempotent; each caller returns when it is over. In this order:
  //  1. The health service says NOT_SERVING, so that load balancers send nobody any more.
  //  2. The relay refuses new commands and agents and asks the agents to finish and come back.
  //  3. Commands under way end, `drain_timeout` at most.
  //  4. Agents and watchers that are still there are told to come back.
  //  5. The port closes; calls that are left after `shutdown_timeout` are cancelled.
  //  6. Time stops.
  void Shutdown();

 private:
  RelayServer(RelayServerOptions options, Relay& relay, KeyStore& keys, const Clock& clock);

  absl::Status Listen();
  void CheckKeys();

  // Constant after Start().
  const RelayServerOptions options_;
  Relay& relay_;
  KeyStore& keys_;
  const Clock& clock_;
  ListenAddress address_;

  LiveStreams streams_;
  RelayService relay_service_;
  AgentGatewayService agent_service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<Ticker> ticker_;
  std::unique_ptr<Ticker> stream_ticker_;
  std::unique_ptr<Ticker> key_ticker_;  // apart, because it reads a file

  std::atomic<bool> serving_{false};
  absl::Mutex shutdown_mu_;
  bool shut_down_ ABSL_GUARDED_BY(shutdown_mu_) = false;
};

}  // namespace specrelay

#endif  // SPECRELAY_RELAY_RELAY_SERVER_H_
