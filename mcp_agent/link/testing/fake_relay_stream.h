#ifndef SPECRELAY_MCP_AGENT_LINK_TESTING_FAKE_RELAY_STREAM_H_
#define SPECRELAY_MCP_AGENT_LINK_TESTING_FAKE_RELAY_STREAM_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "mcp_agent/link/relay_stream.h"

namespace specrelay {

// A stream whose other end is the test. For tests of one thread.
class FakeRelayStream final : public RelayStream {
 public:
  FakeRelayStream(absl::string_view api_key, std::shared_ptr<RelayStreamHandler> handler)
      : api_key(api_key), handler_(std::move(handler)) {}

  void Start() override {
    started = true;
    Wake();
  }

  void Wake() override {
    while (started && !blocked && !half_closed && handler_ != nullptr) {
      v1::AgentFrame frame;
      switch (handler_->OnWritable(frame)) {
        case NextWrite::kFrame:
          written.push_back(std::move(frame));
          break;
        case NextWrite::kHalfClose:
          half_closed = true;
          break;
        case NextWrite::kNothing:
          return;
      }
    }
  }

  void Cancel() override { cancelled = true; }

  // What the relay does.
  void Receive(v1::RelayFrame frame, absl::Time read_at = absl::InfiniteFuture()) {
    handler_->OnFrame(std::move(frame), read_at);
  }
  void Close(absl::Status status) {
    if (auto handler = std::move(handler_)) handler->OnClosed(std::move(status));
  }
  void Unblock() {
    blocked = false;
    Wake();
  }

  const std::string api_key;
  std::vector<v1::AgentFrame> written;
  bool started = false;
  bool blocked = false;  // the relay does not read
  bool half_closed = false;
  bool cancelled = false;

 private:
  std::shared_ptr<RelayStreamHandler> handler_;
};

class FakeConnector final : public RelayConnector {
 public:
  absl::StatusOr<std::shared_ptr<RelayStream>> NewStream(absl::string_view api_key,
                                                         std::shared_ptr<RelayStreamHandler> handler) override {
    if (!error.ok()) return error;
    streams.push_back(std::make_shared<FakeRelayStream>(api_key, std::move(handler)));
    return streams.back();
  }

  std::vector<std::shared_ptr<FakeRelayStream>> streams;
  absl::Status error;
};

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_LINK_TESTING_FAKE_RELAY_STREAM_H_
