#include "tests/integration/hibernation.h"

#include <signal.h>

#include <map>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "nlohmann/json.hpp"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "proto/support/status_macros.h"
#include "relay/delivery_progress.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr char kProject[] = "p1";

std::string IdOf(int round, int file) { return absl::StrCat("write-", round, "-", file); }
std::string ContentOf(int round, int file) { return absl::StrCat("# Design ", file, "\n\nRound ", round, "\n"); }
std::string NameOf(int file) { return absl::StrCat("specs/s", file, "/design.md"); }

class Hibernation {
 public:
  explicit Hibernation(const HibernationOptions& options) : options_(options) {}

  absl::StatusOr<HibernationReport> Run() {
    RETURN_IF_ERROR(Start());
    const absl::Time stopped_at = absl::Now();
    agent_->Signal(SIGSTOP);
    RETURN_IF_ERROR(SubmitRound(0));  // nobody knows yet
    RETURN_IF_ERROR(AwaitAbsence());
    report_.found_out_after = absl::Now() - stopped_at;
    for (int round = 1; round < options_.rounds; ++round) RETURN_IF_ERROR(SubmitRound(round));
    absl::SleepFor(stopped_at + options_.stopped - absl::Now());
    report_.stopped = absl::Now() - stopped_at;

    const absl::Time continued_at = absl::Now();
    agent_->Signal(SIGCONT);
    RETURN_IF_ERROR(AwaitEnds());
    report_.caught_up_after = absl::Now() - continued_at;
    Judge();
    return report_;
  }

 private:
  std::string TreeOf() const { return absl::StrCat(cluster_->Path("project"), "/.spec-context/"); }

  absl::Status Start() {
    ASSIGN_OR_RETURN(cluster_, Cluster::Start(options_.server_flags));
    for (int file = 0; file < options_.files; ++file) WriteFileOrDie(TreeOf() + NameOf(file), ContentOf(-1, file));
    ASSIGN_OR_RETURN(agent_, cluster_->StartAgent(cluster_->Path("project"), kProject));
    user_.reset(new Client(cluster_->User()));  // it cannot be moved
    v1::WatchRequest request;
    request.set_project_id(kProject);
    context_.set_deadline(absl::ToChronoTime(absl::Now() + options_.stopped + 3 * kPatience));
    events_ = user_->Watch(context_, request);
    v1::WatchResponse greeting;
    return events_->Read(&greeting) ? absl::OkStatus() : absl::UnavailableError("no events come");
  }

  // One write of each file over its version of the round before.
  absl::Status SubmitRound(int round) {
    for (int file = 0; file < options_.files; ++file) {
      v1::SubmitRequest request;
      request.set_project_id(kProject);
      request.set_request_id(IdOf(round, file));
      request.set_offline_policy(v1::OFFLINE_POLICY_QUEUE);
      v1::FileWriteRequest& write = *request.mutable_command()->mutable_file_write();
      write.set_path(NameOf(file));
      write.set_content(ContentOf(round, file));
      write.set_base_hash(Sha256Hex(ContentOf(round - 1, file)));
      grpc::ClientContext context;
      user_->Prepare(context);
      v1::SubmitResponse response;
      RETURN_IF_ERROR(FromGrpcStatus(user_->stub().Submit(&context, request, &response)));
      (response.state() == v1::COMMAND_STATE_QUEUED ? report_.queued : report_.sent) += 1;
      ids_.push_back(request.request_id());
    }
    return absl::OkStatus();
  }

  // Reads events until `wanted` says that it has what it waits for.
  template <typename Wanted>
  absl::Status Await(absl::string_view what, const Wanted& wanted) {
    v1::WatchResponse response;
    while (events_->Read(&response)) {
      bool found = false;
      for (const v1::Event& event : response.events()) found |= wanted(event);
      if (found) return absl::OkStatus();
    }
    context_.TryCancel();
    return absl::DeadlineExceededError(absl::StrCat("the events do not tell of ", what));
  }

  absl::Status AwaitAbsence() {
    return Await("the agent's absence", [&](const v1::Event& event) {
      if (event.presence().state() != v1::Presence::STATE_DISCONNECTED) return false;
      report_.found_out_by = event.presence().reason();
      return true;
    });
  }

  absl::Status AwaitEnds() {
    size_t ended = 0;
    return Await("the end of every write", [&](const v1::Event& event) {
      const v1::CommandProgress& progress = event.command_progress();
      if (!IsFinal(progress.state())) return false;
      ends_[progress.request_id()] = progress.state();
      return ++ended == ids_.size();
    });
  }

  void Judge() {
    std::vector<std::string> audited;
    for (const absl::string_view line : absl::StrSplit(ReadFileOrDie(TreeOf() + "audit.jsonl"), '\n')) {
      const auto entry = nlohmann::json::parse(line.begin(), line.end(), nullptr, /*allow_exceptions=*/false);
      if (!entry.is_object() || entry.value("state", "") != "APPLIED") continue;
      audited.push_back(entry.value("requestId", ""));
      if (++times_[audited.back()] > 1) ++report_.doubled;
    }
    for (size_t i = 0; i < ids_.size(); ++i) {
      const std::string there = i < audited.size() ? audited[i] : "nothing";
      // Those that were sent at once are writes of different files, of which the agent executes several at a time.
      if (there != ids_[i] && static_cast<int>(i) >= report_.sent) {
        ++report_.out_of_order;
        report_.details.push_back(absl::StrCat("the audit has ", there, " where ", ids_[i], " was expected"));
      }
      const bool applied = ends_[ids_[i]] == v1::COMMAND_STATE_APPLIED && times_[ids_[i]] > 0;
      applied ? ++report_.applied : ++report_.lost;
      if (!applied) report_.details.push_back(absl::StrCat(ids_[i], ": ", v1::CommandState_Name(ends_[ids_[i]])));
    }
    for (int file = 0; file < options_.files; ++file) {
      if (ReadFileOrDie(TreeOf() + NameOf(file)) == ContentOf(options_.rounds - 1, file)) continue;
      report_.details.push_back(absl::StrCat(NameOf(file), " does not hold the last write"));
    }
    context_.TryCancel();
  }

  const HibernationOptions options_;
  std::unique_ptr<Cluster> cluster_;
  Subprocess* agent_ = nullptr;  // the cluster's
  std::unique_ptr<Client> user_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> events_;
  std::vector<std::string> ids_;  // in order
  std::map<std::string, v1::CommandState> ends_;
  std::map<std::string, int> times_;  // in the audit
  HibernationReport report_;
};

}  // namespace

absl::StatusOr<HibernationReport> Hibernate(const HibernationOptions& options) { return Hibernation(options).Run(); }

}  // namespace specrelay
