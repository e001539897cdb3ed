#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "proto/support/body_transfer.h"
#include "proto/support/command_error.h"
#include "proto/support/sha256_stream.h"
#include "proto/support/status_macros.h"
#include "tests/bench/raw_transfer.h"
#include "tests/bench/reference.h"
#include "tests/bench/rounds.h"
#include "tests/bench/sample_project.h"
#include "tests/bench/subjects.h"
#include "tests/support/cluster.h"

namespace specrelay {
namespace {

constexpr char kProject[] = "p1";
constexpr double kOfRaw = 0.5;

// What a file of any size holds: the same chunk again and again, and its beginning at the end.
class Content {
 public:
  explicit Content(int64_t bytes) : bytes_(bytes), chunk_(SampleText("Chunk", size_t{kMaxChunkBytes})) {
    chunk_.resize(size_t{kMaxChunkBytes});
    Sha256Stream digest;
    for (int64_t at = 0; at < bytes_; at += kMaxChunkBytes) digest.Update(ChunkAt(at));
    hash_ = digest.HexDigest();
  }

  int64_t bytes() const { return bytes_; }
  const std::string& hash() const { return hash_; }

  absl::string_view ChunkAt(int64_t offset) const {
    return absl::string_view(chunk_).substr(0, static_cast<size_t>(std::min(kMaxChunkBytes, bytes_ - offset)));
  }

  void WriteTo(const std::string& path) const {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream file(path, std::ios::binary);
    for (int64_t at = 0; at < bytes_; at += kMaxChunkBytes) file << ChunkAt(at);
  }

  bool IsIn(const std::string& path) const {
    std::ifstream file(path, std::ios::binary);
    std::string chunk;
    for (int64_t at = 0; at < bytes_; at += kMaxChunkBytes) {
      chunk.resize(ChunkAt(at).size());
      if (!file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || chunk != ChunkAt(at)) return false;
    }
    return file.peek() == std::ifstream::traits_type::eof();
  }

 private:
  const int64_t bytes_;
  std::string chunk_;
  std::string hash_;
};

// Files of one content through the relay. Each call says how long it took, without its checks.
class FileMover {
 public:
  FileMover(Cluster& cluster, const Content& content)
      : client_(cluster.User()), content_(content), tree_(cluster.Path("project/.spec-context/")) {
    content_.WriteTo(tree_ + "read.bin");
  }

  absl::StatusOr<absl::Duration> Read() {
    v1::ReadFileRequest request;
    request.set_project_id(kProject);
    request.mutable_file()->set_path("read.bin");
    const absl::Time begun = absl::Now();
    grpc::ClientContext context;
    client_.Prepare(context);
    const auto reader = client_.stub().ReadFile(&context, request);
    int64_t came = 0;
    v1::FileVersion version;
    for (v1::ReadFileResponse part; reader->Read(&part);) {
      came += static_cast<int64_t>(part.data().size());
      if (part.has_version()) version = std::move(*part.mutable_version());
    }
    RETURN_IF_ERROR(FromGrpcStatus(reader->Finish()));
    const absl::Duration took = absl::Now() - begun;
    if (came == content_.bytes() && version.hash() == content_.hash()) return took;
    return absl::DataLossError(absl::StrCat("what was read is another file: ", came, " bytes"));
  }

  absl::StatusOr<absl::Duration> Write() {
    const std::string path = tree_ + "written.bin";
    std::filesystem::remove(path);
    const absl::Time begun = absl::Now();
    RETURN_IF_ERROR(Send("written.bin"));
    const absl::Duration took = absl::Now() - begun;
    if (content_.IsIn(path)) return took;
    return absl::DataLossError("an acknowledged write is not in the file");
  }

 private:
  absl::Status Send(const std::string& path) {
    grpc::ClientContext context;
    client_.Prepare(context);
    v1::WriteFileResponse response;
    const auto writer = client_.stub().WriteFile(&context, &response);
    v1::WriteFileRequest part;
    part.mutable_start()->set_project_id(kProject);
    part.mutable_start()->mutable_file()->set_path(path);
    bool open = writer->Write(part);
    for (int64_t at = 0; open && at < content_.bytes(); at += kMaxChunkBytes) {
      const absl::string_view chunk = content_.ChunkAt(at);
      // A part that has the right bytes already is sent again as it is.
      if (part.data().size() != chunk.size()) part.set_data(std::string(chunk));
      open = writer->Write(part);
    }
    part.mutable_end()->set_hash(content_.hash());
    if (open) writer->Write(part);
    writer->WritesDone();
    return FromGrpcStatus(writer->Finish());
  }

  Client client_;
  const Content& content_;
  const std::string tree_;
};

using Transfer = std::function<absl::StatusOr<absl::Duration>()>;

// In megabytes a second, of as many transfers as fill the time.
std::function<absl::StatusOr<double>()> RateOf(Transfer transfer, int64_t bytes, absl::Duration time) {
  return [transfer = std::move(transfer), bytes, time]() -> absl::StatusOr<double> {
    absl::Duration took;
    double megabytes = 0;
    while (took < time) {
      ASSIGN_OR_RETURN(const absl::Duration one, transfer());
      took += one;
      megabytes += static_cast<double>(bytes) / 1e6;
    }
    return megabytes / absl::ToDoubleSeconds(took);
  };
}

Figure Ours(const char* id, const std::string& title, const char* reference) {
  Figure figure{id, title, "MB/s"};
  figure.comparisons = {{reference, Aim::AtLeast(kOfRaw)}};
  return figure;
}

}  // namespace

absl::Status MeasureFiles(const BenchOptions& options, Report& report) {
  ASSIGN_OR_RETURN(const auto cluster, Cluster::Start());
  const Content content(options.file_bytes);
  FileMover files(*cluster, content);
  ASSIGN_OR_RETURN(const Subprocess* agent, cluster->StartAgent(cluster->Path("project"), kProject));
  ASSIGN_OR_RETURN(const auto grpc, Reference::Start("grpc"));
  RawTransfer raw(grpc->address(), content.bytes(), kMaxChunkBytes);

  const auto rate = [&](Transfer transfer) { return RateOf(std::move(transfer), content.bytes(), options.round_time); };
  const std::string size = absl::StrCat(content.bytes() / 1'000'000, " MB");
  const std::vector<WatchedProcess> processes = {{"server", cluster->server().pid()}, {"agent", agent->pid()}};
  Rounds rounds(options.rows);
  rounds.Add({"grpc.download", absl::StrCat(size, " from a raw gRPC server, chunks of 256 KiB"), "MB/s"},
             {{"server", grpc->pid()}}, rate([&] { return raw.Download(); }));
  rounds.Add({"grpc.upload", absl::StrCat(size, " to a raw gRPC server, chunks of 256 KiB"), "MB/s"},
             {{"server", grpc->pid()}}, rate([&] { return raw.Upload(); }));
  rounds.Add(Ours("file.read", absl::StrCat("ReadFile of ", size, " through the relay"), "grpc.download"), processes,
             rate([&] { return files.Read(); }));
  rounds.Add(Ours("file.write", absl::StrCat("WriteFile of ", size, " through the relay, durable"), "grpc.upload"),
             processes, rate([&] { return files.Write(); }));
  return rounds.Run(options.rounds, report);
}

}  // namespace specrelay
