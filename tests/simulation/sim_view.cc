#include "tests/simulation/sim_view.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace specrelay {
namespace {

constexpr int kMaxEvents = 16;
constexpr int64_t kMaxBytes = 256 << 10;

Principal ViewerPrincipal() {
  Principal principal;
  principal.account = "acme";
  principal.role = Role::kViewer;
  principal.key_id = "key_viewer";
  principal.key_name = "browser";
  return principal;
}

}  // namespace

SimView::SimView(EventLoop& loop, SimRandom& random, SimRelay& relay, SimClient& client, std::string project_id,
                 std::string name, std::vector<std::string> paths)
    : loop_(loop),
      random_(random),
      relay_(relay),
      client_(client),
      project_id_(std::move(project_id)),
      name_(std::move(name)),
      paths_(std::move(paths)) {}

void SimView::Stall(absl::Duration time) { stalled_until_ = loop_.Now() + time; }

absl::optional<std::string> SimView::Shown(const std::string& path) const {
  const auto shown = shown_.find(path);
  return shown == shown_.end() ? absl::nullopt : shown->second;
}

void SimView::Connect() {
  auto stream = std::make_shared<Stream>();
  relay_.Send({[this, stream](Relay& relay, const Clock&) { Serve(stream, relay); }, [this, stream] { OnLost(stream); },
               stream->ended});
}

void SimView::Serve(const std::shared_ptr<Stream>& stream, Relay& relay) {
  v1::WatchRequest request;
  request.set_project_id(project_id_);
  request.set_cursor(cursor_);
  absl::StatusOr<Relay::WatchStart> start = relay.Watch(ViewerPrincipal(), request);
  if (!start.ok()) return OnLost(stream);
  stream->log = start->log;
  stream->position = start->position;
  const bool read_all = start->resync || cursor_.empty();
  const std::string cursor = stream->log->Cursor(stream->position);
  loop_.After(absl::Milliseconds(5), [this, stream, read_all, cursor] {
    if (*stream->ended) return;
    cursor_ = cursor;
    if (read_all) ReadAll();
    Pump(stream);
  });
}

void SimView::Pump(const std::shared_ptr<Stream>& stream) {
  if (*stream->ended) return;
  if (loop_.Now() >= stalled_until_) {
    const auto batch = stream->log->Read(stream->position, kMaxEvents, kMaxBytes, [this](const v1::Event& event) {
      return event.project_id().empty() || event.project_id() == project_id_;
    });
    if (!batch.ok()) return OnLost(stream);
    stream->position = batch->next;
    OnEvents(batch->events, stream->log->Cursor(batch->next));
  }
  loop_.After(random_.Between(absl::Milliseconds(5), absl::Milliseconds(60)), [this, stream] { Pump(stream); });
}

void SimView::OnLost(const std::shared_ptr<Stream>& stream) {
  if (std::exchange(*stream->ended, true)) return;
  loop_.After(random_.Between(absl::Milliseconds(50), absl::Seconds(1)), [this] { Connect(); });
}

void SimView::OnEvents(const std::vector<std::shared_ptr<const v1::Event>>& events, const std::string& cursor) {
  cursor_ = cursor;
  for (const auto& event : events) {
    if (event->has_resync()) ReadAll();
    if (!event->has_file_changed()) continue;
    const v1::FileChanged& change = event->file_changed();
    if (std::find(paths_.begin(), paths_.end(), change.path()) == paths_.end()) continue;
    if (const auto reading = reading_.find(change.path()); reading != reading_.end()) reading->second = true;
    if (change.change() == v1::FILE_CHANGE_TYPE_DELETED) {
      shown_[change.path()] = absl::nullopt;
    } else if (change.content_omitted()) {
      ReadFile(change.path());
    } else {
      shown_[change.path()] = change.content();
    }
  }
}

void SimView::ReadAll() {
  for (const std::string& path : paths_) ReadFile(path);
}

void SimView::ReadFile(const std::string& path) {
  if (const auto reading = reading_.find(path); reading != reading_.end()) {
    reading->second = true;
    return;
  }
  reading_[path] = false;
  Operation read;
  read.id = absl::StrCat(name_, "-read-", ++reads_);
  read.kind = Operation::Kind::kRead;
  read.project_id = project_id_;
  read.path = path;
  read.persistent = true;
  read.command.mutable_file_read()->set_path(path);
  read.done = [this, path](const Operation& ended) {
    const bool changed = reading_[path];
    reading_.erase(path);
    if (changed) return ReadFile(path);
    shown_[path] = ended.end == Operation::End::kApplied ? ended.content : absl::nullopt;
  };
  client_.Begin(std::move(read));
}

}  // namespace specrelay
