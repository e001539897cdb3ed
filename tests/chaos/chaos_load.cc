#include "tests/chaos/chaos_load.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/command_error.h"
#include "proto/support/time.h"
#include "relay/command_table.h"

namespace specrelay {
namespace {

constexpr absl::Duration kBetweenWrites = absl::Milliseconds(20);
constexpr absl::Duration kBetweenTries = absl::Milliseconds(100);
constexpr absl::Duration kTimeout = absl::Seconds(5);

// Whether the write is to be sent again: nobody knows how it ended, or nobody was there to take it.
bool IsOpen(const absl::Status& status) {
  return FinalState(status) == v1::COMMAND_STATE_UNKNOWN || absl::IsUnavailable(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsResourceExhausted(status) || absl::IsNotFound(status) ||
         absl::IsCancelled(status) || absl::IsInternal(status);
}

}  // namespace

ChaosLoad::ChaosLoad(const Cluster& cluster, std::vector<std::string> projects, int clients, absl::Duration stuck_after)
    : cluster_(cluster), projects_(std::move(projects)), stuck_after_(stuck_after) {
  for (int client = 0; client < clients; ++client) {
    clients_.emplace_back([this, client] { RunClient(client); });
  }
}

void ChaosLoad::Stop() {
  stopping_ = true;
  for (std::thread& client : clients_) {
    if (client.joinable()) client.join();
  }
}

std::vector<ChaosWrite> ChaosLoad::TakeWrites() {
  absl::MutexLock lock(&mu_);
  return std::exchange(writes_, {});
}

void ChaosLoad::RunClient(int client) {
  Client relay = cluster_.User();
  for (int number = 0; !stopping_; ++number) {
    v1::ExecuteRequest request;
    ChaosWrite write = Plan(client, number, request);
    ++commands_;
    Finish(relay, request, write);
    {
      absl::MutexLock lock(&mu_);
      writes_.push_back(std::move(write));
    }
    absl::SleepFor(kBetweenWrites);
  }
}

ChaosWrite ChaosLoad::Plan(int client, int number, v1::ExecuteRequest& request) const {
  ChaosWrite write;
  write.request_id = absl::StrCat("client-", client, "-", number);
  write.project_id = projects_[static_cast<size_t>(client) % projects_.size()];
  write.text = absl::StrCat("written by ", write.request_id, ".");
  request.set_project_id(write.project_id);
  request.set_request_id(write.request_id);
  request.set_offline_policy(number % 2 == 0 ? v1::OFFLINE_POLICY_QUEUE : v1::OFFLINE_POLICY_FAIL);
  write.to_take_back = number % 8 == 0;
  *request.mutable_timeout() = ToProto(kTimeout);
  if (number % 3 == 0) {
    v1::ImplLogAddRequest& add = *request.mutable_command()->mutable_impl_log_add();
    add.set_spec_name("alpha");
    add.mutable_entry()->set_task_id("1");
    add.mutable_entry()->set_summary(write.text);
    add.mutable_entry()->mutable_statistics();
    (*add.mutable_entry()->mutable_artifacts()->mutable_fields())["functions"].mutable_list_value();
  } else {
    // A conditional write makes the file only once, whoever else sends it.
    write.path = absl::StrCat("specs/alpha/notes/", write.request_id, ".md");
    v1::FileWriteRequest& file = *request.mutable_command()->mutable_file_write();
    file.set_path(write.path);
    file.set_content(write.text);
    if (number % 3 == 1) file.set_base_hash("");
  }
  return write;
}

void ChaosLoad::Finish(Client& relay, const v1::ExecuteRequest& request, ChaosWrite& write) {
  const absl::Time give_up = absl::Now() + stuck_after_;
  bool taken_back = false;
  for (int tries = 1; absl::Now() < give_up; ++tries) {
    ++tries_;
    const absl::StatusOr<v1::ExecuteResponse> response = relay.Execute(request);
    absl::Status outcome = response.status();
    if (response.ok() && response->state() == v1::COMMAND_STATE_QUEUED) {
      ++queued_;
      // Only a server that has had the write from its first try on can say that nothing was done.
      taken_back = tries == 1 && write.to_take_back;
      outcome = taken_back ? TakeBack(relay, write.request_id) : Follow(relay, write.request_id);
    }
    if (outcome.ok()) {
      write.end = ChaosWrite::End::kApplied;
      return;
    }
    write.reason = std::string(outcome.message());
    // One that was in doubt may have happened, though it was taken back.
    if (!IsOpen(outcome) || (taken_back && FinalState(outcome) == v1::COMMAND_STATE_CANCELLED)) {
      write.end = ChaosWrite::End::kRefused;
      taken_back_ += absl::IsCancelled(outcome) ? 1 : 0;
      return;
    }
    absl::SleepFor(kBetweenTries);
  }
}

absl::Status ChaosLoad::Follow(Client& relay, const std::string& request_id) {
  v1::WaitCommandRequest request;
  request.set_request_id(request_id);
  *request.mutable_timeout() = ToProto(kTimeout);
  grpc::ClientContext context;
  relay.Prepare(context);
  v1::CommandStatus status;
  const grpc::Status called = relay.stub().WaitCommand(&context, request, &status);
  return called.ok() ? OutcomeOf(status) : FromGrpcStatus(called);
}

absl::Status ChaosLoad::TakeBack(Client& relay, const std::string& request_id) {
  v1::CancelCommandRequest request;
  request.set_request_id(request_id);
  grpc::ClientContext context;
  relay.Prepare(context);
  v1::CommandStatus status;
  const grpc::Status called = relay.stub().CancelCommand(&context, request, &status);
  // It was sent meanwhile, or the server that had it is gone: the next try tells.
  return called.ok() ? OutcomeOf(status) : absl::UnavailableError("not taken back");
}

}  // namespace specrelay
