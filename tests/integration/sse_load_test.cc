// Many subscribers at once, while files change and others use the API.
//
// Short by default. The full figures: --test_env=SPECRELAY_SSE_LOAD=2000,50,30 (subscribers, events a second, seconds),
// with -c opt.

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "httplib.h"
#include "proto/support/testing/status_matchers.h"
#include "tests/integration/sse_client.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr absl::string_view kFilePrefix = "specs/load/edit-";
constexpr int kIndexDigits = 6;

struct Load {
  int subscribers = 300;
  int events_a_second = 50;
  int seconds = 3;

  int events() const { return events_a_second * seconds; }

  static Load FromEnvironment() {
    Load load;
    const char* text = getenv("SPECRELAY_SSE_LOAD");
    if (text == nullptr) return load;
    const std::vector<std::string> parts = absl::StrSplit(text, ',');
    if (parts.size() != 3 || !absl::SimpleAtoi(parts[0], &load.subscribers) ||
        !absl::SimpleAtoi(parts[1], &load.events_a_second) || !absl::SimpleAtoi(parts[2], &load.seconds)) {
      ADD_FAILURE() << "SPECRELAY_SSE_LOAD is to be subscribers,events a second,seconds";
    }
    return load;
  }
};

std::string FileName(int index) { return absl::StrFormat("%s%0*d.md", kFilePrefix, kIndexDigits, index); }

// The number of the edit that an event is about; -1 for other events.
int IndexOf(absl::string_view data) {
  const size_t at = data.find(kFilePrefix);
  int index = 0;
  if (at == absl::string_view::npos || !absl::SimpleAtoi(data.substr(at + kFilePrefix.size(), kIndexDigits), &index)) {
    return -1;
  }
  return index;
}

// The part of a cursor that counts.
int64_t SequenceOf(absl::string_view id) {
  int64_t sequence = -1;
  return absl::SimpleAtoi(id.substr(id.rfind('.') + 1), &sequence) ? sequence : -1;
}

absl::Duration Percentile(std::vector<float>& seconds, double share) {
  if (seconds.empty()) return absl::InfiniteDuration();
  const auto at = seconds.begin() + static_cast<int64_t>(share * static_cast<double>(seconds.size() - 1));
  std::nth_element(seconds.begin(), at, seconds.end());
  return absl::Seconds(*at);
}

// All subscribers in one thread. Not thread-safe; `renamed_ns` tells when each edit was made, 0 before.
class Subscribers {
 public:
  Subscribers(int events, const std::vector<std::atomic<int64_t>>& renamed_ns)
      : events_(events), renamed_ns_(renamed_ns), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}
  Subscribers(const Subscribers&) = delete;
  Subscribers& operator=(const Subscribers&) = delete;
  ~Subscribers() {
    for (const auto& one : all_) close(one->fd);
    close(epoll_);
  }

  bool Open(const std::string& address, const SseOptions& options) {
    auto one = std::make_unique<One>();
    one->fd = OpenSse(address, options);
    if (one->fd < 0) return false;
    epoll_event interest{};
    interest.events = EPOLLIN;
    interest.data.ptr = one.get();
    epoll_ctl(epoll_, EPOLL_CTL_ADD, one->fd, &interest);
    all_.push_back(std::move(one));
    return true;
  }

  // Reads until `done` or nothing has come for a generous while; whether it was done.
  template <typename Done>
  bool ReadUntil(const Done& done) {
    while (!done()) {
      epoll_event ready[256];
      const int count = epoll_wait(epoll_, ready, 256, static_cast<int>(absl::ToInt64Milliseconds(kPatience)));
      if (count == 0 || (count < 0 && errno != EINTR)) return false;
      for (int i = 0; i < count; ++i) Read(*static_cast<One*>(ready[i].data.ptr));
    }
    return true;
  }

  bool AllGreeted() const { return greeted_ == static_cast<int>(all_.size()); }
  // Whether each has seen every event, or was told that it missed some and has seen the last.
  bool AllComplete() const { return complete_ + lost_ == static_cast<int>(all_.size()); }

  int complete() const { return complete_; }
  int lost() const { return lost_; }  // whose connection ended
  int resyncs() const { return resyncs_; }
  int out_of_order() const { return out_of_order_; }
  int incomplete() const { return incomplete_; }
  int64_t received_bytes() const { return received_bytes_; }
  std::vector<float>& latencies() { return latencies_; }

 private:
  struct One {
    int fd = -1;
    SseParser parser;
    bool greeted = false;
    bool complete = false;
    int seen = 0;
    int resyncs = 0;
    int64_t last_sequence = -1;
  };

  void Read(One& one) {
    char bytes[64 << 10];
    const ssize_t count = recv(one.fd, bytes, sizeof(bytes), MSG_DONTWAIT);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
      epoll_ctl(epoll_, EPOLL_CTL_DEL, one.fd, nullptr);
      if (!one.complete) ++lost_;
      return;
    }
    received_bytes_ += count;
    const int64_t now_ns = absl::GetCurrentTimeNanos();
    one.parser.Feed({bytes, static_cast<size_t>(count)},
                    [&](const SseEventView& event) { OnEvent(one, event, now_ns); });
    if (!one.greeted && !one.parser.last_id().empty()) {
      one.greeted = true;
      ++greeted_;
    }
  }

  void OnEvent(One& one, const SseEventView& event, int64_t now_ns) {
    if (event.type == "resync") {
      ++one.resyncs;
      ++resyncs_;
    }
    const int index = IndexOf(event.data);
    if (index < 0 || index >= events_) return;
    const int64_t sequence = SequenceOf(event.id);
    if (sequence <= one.last_sequence) ++out_of_order_;
    one.last_sequence = sequence;
    ++one.seen;
    latencies_.push_back(static_cast<float>(now_ns - renamed_ns_[index].load()) / 1e9F);
    if (index == events_ - 1 && !one.complete) {
      one.complete = true;
      ++complete_;
      // Edits reach the relay in the order in which they were made, so nothing is to come any more.
      if (one.seen != events_ && one.resyncs == 0) ++incomplete_;
    }
  }

  const int events_;
  const std::vector<std::atomic<int64_t>>& renamed_ns_;
  const int epoll_;
  std::vector<std::unique_ptr<One>> all_;
  int greeted_ = 0;
  int complete_ = 0;
  int lost_ = 0;
  int resyncs_ = 0;
  int out_of_order_ = 0;
  int incomplete_ = 0;
  int64_t received_bytes_ = 0;
  std::vector<float> latencies_;
};

// Asks the API again and again, as a person would who clicks fast.
class Visitor {
 public:
  Visitor(const std::string& address, const std::string& key) : thread_([this, address, key] { Run(address, key); }) {}
  ~Visitor() { Stop(); }

  void Stop() {
    stopping_ = true;
    if (thread_.joinable()) thread_.join();
  }

  // After Stop().
  int answered() const { return answered_; }
  int failed() const { return failed_; }
  std::vector<float>& latencies() { return latencies_; }

 private:
  void Run(const std::string& address, const std::string& key) {
    httplib::Client client("http://" + address);
    client.set_read_timeout(60);
    client.set_bearer_token_auth(key.c_str());
    while (!stopping_) {
      const absl::Time begun = absl::Now();
      const httplib::Result result = client.Get("/api/projects/p1/specs");
      latencies_.push_back(static_cast<float>(absl::ToDoubleSeconds(absl::Now() - begun)));
      ++(result && result->status == 200 ? answered_ : failed_);
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }

  std::atomic<bool> stopping_{false};
  int answered_ = 0;
  int failed_ = 0;
  std::vector<float> latencies_;
  std::thread thread_;
};

TEST(SseLoadTest, EverySubscriberGetsEveryEventInOrderWhileOthersUseTheApi) {
  const Load load = Load::FromEnvironment();
  rlimit descriptors{};
  getrlimit(RLIMIT_NOFILE, &descriptors);
  descriptors.rlim_cur = descriptors.rlim_max;
  setrlimit(RLIMIT_NOFILE, &descriptors);

  ASSERT_OK_AND_ASSIGN(const std::unique_ptr<Cluster> cluster, Cluster::Start());
  const std::string project_dir = cluster->Path("project");
  std::filesystem::create_directories(project_dir + "/.spec-context/specs/load");
  ASSERT_THAT(cluster->StartAgent(project_dir, "p1"), IsOk());
  ASSERT_THAT(cluster->User().Execute("p1", R"({"specList":{}})"), IsOk());
  ASSERT_OK_AND_ASSIGN(const int64_t resident_before, cluster->server().ResidentBytes());

  std::vector<std::atomic<int64_t>> renamed_ns(static_cast<size_t>(load.events()));
  Subscribers subscribers(load.events(), renamed_ns);
  SseOptions options;
  options.key = cluster->KeyFor(Role::kUser);
  for (int i = 0; i < load.subscribers; ++i) ASSERT_TRUE(subscribers.Open(cluster->http_address(), options));
  ASSERT_TRUE(subscribers.ReadUntil([&] { return subscribers.AllGreeted(); }));
  ASSERT_OK_AND_ASSIGN(const int64_t resident_open, cluster->server().ResidentBytes());

  Visitor visitor(cluster->http_address(), cluster->KeyFor(Role::kUser));
  const absl::Time begun = absl::Now();
  std::thread editor([&] {
    const std::string draft = cluster->Path("draft");
    for (int i = 0; i < load.events(); ++i) {
      WriteFileOrDie(draft, absl::StrCat("edit ", i));
      // Before the rename, which subscribers may hear of before it returns.
      renamed_ns[static_cast<size_t>(i)] = absl::GetCurrentTimeNanos();
      std::filesystem::rename(draft, absl::StrCat(project_dir, "/.spec-context/", FileName(i)));
      std::this_thread::sleep_until(absl::ToChronoTime(begun + absl::Seconds(1) * (i + 1) / load.events_a_second));
    }
  });
  EXPECT_TRUE(subscribers.ReadUntil([&] { return subscribers.AllComplete(); }));
  const absl::Duration took = absl::Now() - begun;
  editor.join();
  visitor.Stop();
  ASSERT_OK_AND_ASSIGN(const int64_t resident_after, cluster->server().ResidentBytes());

  EXPECT_EQ(subscribers.complete(), load.subscribers);
  EXPECT_EQ(subscribers.lost(), 0);
  EXPECT_EQ(subscribers.out_of_order(), 0);
  EXPECT_EQ(subscribers.incomplete(), 0) << "without a resync that said so";
  EXPECT_EQ(visitor.failed(), 0);
  EXPECT_GT(visitor.answered(), 0);

  std::vector<float>& events = subscribers.latencies();
  std::vector<float>& answers = visitor.latencies();
  std::cout << load.subscribers << " subscribers, " << load.events() << " edits on disk at " << load.events_a_second
            << " a second: " << events.size() << " events in " << absl::FormatDuration(took) << ", "
            << (subscribers.received_bytes() >> 20) << " MiB, " << subscribers.resyncs()
            << " resyncs; edit to event p50 " << absl::FormatDuration(Percentile(events, 0.5)) << ", p99 "
            << absl::FormatDuration(Percentile(events, 0.99)) << ", max " << absl::FormatDuration(Percentile(events, 1))
            << "\n"
            << "meanwhile " << visitor.answered() << " requests answered: p50 "
            << absl::FormatDuration(Percentile(answers, 0.5)) << ", p99 "
            << absl::FormatDuration(Percentile(answers, 0.99)) << "\n"
            << "server memory: " << (resident_before >> 20) << " MiB at first, " << (resident_open >> 20)
            << " MiB with all connected, " << (resident_after >> 20) << " MiB at the end\n";
}

}  // namespace
}  // namespace specrelay
