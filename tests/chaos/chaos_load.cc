#include "tests/chaos/chaos_load.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/support/command_error.h"
#include "proto/support/time.h"

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
  while (absl::Now() < give_up) {
    ++tries_;
    const absl::StatusOr<v1::ExecuteResponse> response = relay.Execute(request);
    if (response.ok()) {
      write.end = ChaosWrite::End::kApplied;
      return;
    }
    write.reason = std::string(response.status().message());
    if (!IsOpen(response.status())) {
      write.end = ChaosWrite::End::kRefused;
      return;
    }
    absl::SleepFor(kBetweenTries);
  }
}

}  // namespace specrelay
