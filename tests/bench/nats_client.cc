#include "tests/bench/nats_client.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "nats/nats.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(30);

absl::Status ToStatus(natsStatus status, absl::string_view what) {
  if (status == NATS_OK) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("NATS cannot ", what, ": ", natsStatus_GetText(status)));
}

// Answers come on one thread of the library's, which sends the next request.
struct Requester {
  bool timed = false;
  std::string inbox;
  std::string payload;
  absl::Time begun;
  absl::Time end;
  absl::Time sent;
  LoadResult result;
  absl::Notification over;   // the time is
  absl::Notification ended;  // no answer comes any more

  void Send(natsConnection* connection) {
    if (timed) sent = absl::Now();
    natsConnection_PublishRequest(connection, "ping", inbox.c_str(), payload.data(), static_cast<int>(payload.size()));
  }

  static void OnAnswer(natsConnection* connection, natsSubscription*, natsMsg* message, void* closure) {
    natsMsg_Destroy(message);
    auto& self = *static_cast<Requester*>(closure);
    if (self.over.HasBeenNotified()) return;
    const absl::Time now = absl::Now();
    ++self.result.answered;
    if (self.timed) self.result.latencies_us.push_back(absl::ToDoubleMicroseconds(now - self.sent));
    if (now < self.end) return self.Send(connection);
    self.result.took = now - self.begun;
    self.over.Notify();
  }

  static void OnEnd(void* closure) { static_cast<Requester*>(closure)->ended.Notify(); }
};

struct Destroy {
  void operator()(natsOptions* options) const { natsOptions_Destroy(options); }
  void operator()(natsConnection* connection) const { natsConnection_Destroy(connection); }
  void operator()(natsInbox* inbox) const { natsInbox_Destroy(inbox); }
};

absl::StatusOr<std::unique_ptr<natsConnection, Destroy>> Connect(const std::string& url) {
  natsOptions* raw_options = nullptr;
  RETURN_IF_ERROR(ToStatus(natsOptions_Create(&raw_options), "make options"));
  const std::unique_ptr<natsOptions, Destroy> options(raw_options);
  RETURN_IF_ERROR(ToStatus(natsOptions_SetURL(raw_options, url.c_str()), "take the address"));
  RETURN_IF_ERROR(ToStatus(natsOptions_SetSendAsap(raw_options, true), "flush at once"));
  natsConnection* connection = nullptr;
  RETURN_IF_ERROR(ToStatus(natsConnection_Connect(&connection, raw_options), "connect"));
  return std::unique_ptr<natsConnection, Destroy>(connection);
}

}  // namespace

absl::StatusOr<LoadResult> RequestByNats(const std::string& url, int in_flight, size_t bytes, absl::Duration time) {
  ASSIGN_OR_RETURN(const auto connection, Connect(url));
  natsInbox* raw_inbox = nullptr;
  RETURN_IF_ERROR(ToStatus(natsInbox_Create(&raw_inbox), "make an inbox"));
  const std::unique_ptr<natsInbox, Destroy> inbox(raw_inbox);

  Requester requester;
  requester.timed = in_flight == 1;
  requester.inbox = raw_inbox;
  requester.payload.assign(bytes, 'b');
  requester.begun = absl::Now();
  requester.end = requester.begun + time;
  natsSubscription* subscription = nullptr;
  RETURN_IF_ERROR(
      ToStatus(natsConnection_Subscribe(&subscription, connection.get(), raw_inbox, Requester::OnAnswer, &requester),
               "subscribe"));
  RETURN_IF_ERROR(ToStatus(natsSubscription_SetOnCompleteCB(subscription, Requester::OnEnd, &requester), "subscribe"));
  for (int i = 0; i < in_flight; ++i) requester.Send(connection.get());
  const bool over = requester.over.WaitForNotificationWithTimeout(time + kPatience);
  natsSubscription_Destroy(subscription);
  requester.ended.WaitForNotification();
  if (!over) return absl::DeadlineExceededError("NATS does not answer");
  return std::move(requester.result);
}

}  // namespace specrelay
