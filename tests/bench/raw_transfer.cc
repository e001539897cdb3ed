#include "tests/bench/raw_transfer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpcpp/grpcpp.h"
#include "proto/support/command_error.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

constexpr absl::Duration kPatience = absl::Minutes(1);

absl::Status CheckAll(int64_t came, const bench::Load& load) {
  if (came == load.bytes()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(came, " of ", load.bytes(), " bytes came over the raw stream"));
}

}  // namespace

RawTransfer::RawTransfer(const std::string& address, int64_t bytes, int64_t chunk_bytes) {
  load_.set_bytes(bytes);
  load_.set_ball_bytes(chunk_bytes);
  chunk_.set_payload(std::string(static_cast<size_t>(chunk_bytes), 'b'));
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  stub_ = bench::PingPong::NewStub(grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments));
}

absl::StatusOr<absl::Duration> RawTransfer::Download() {
  const absl::Time begun = absl::Now();
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(begun + kPatience));
  const auto reader = stub_->Download(&context, load_);
  int64_t came = 0;
  for (bench::Ball ball; reader->Read(&ball);) came += static_cast<int64_t>(ball.payload().size());
  RETURN_IF_ERROR(FromGrpcStatus(reader->Finish()));
  const absl::Duration took = absl::Now() - begun;
  RETURN_IF_ERROR(CheckAll(came, load_));
  return took;
}

absl::StatusOr<absl::Duration> RawTransfer::Upload() {
  const absl::Time begun = absl::Now();
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(begun + kPatience));
  bench::Load came;
  const auto writer = stub_->Upload(&context, &came);
  bool open = true;
  int64_t left = load_.bytes();
  for (; open && left >= load_.ball_bytes(); left -= load_.ball_bytes()) open = writer->Write(chunk_);
  bench::Ball rest;
  rest.set_payload(chunk_.payload().substr(0, static_cast<size_t>(std::min(left, load_.ball_bytes()))));
  if (open) writer->Write(rest);
  writer->WritesDone();
  RETURN_IF_ERROR(FromGrpcStatus(writer->Finish()));
  const absl::Duration took = absl::Now() - begun;
  RETURN_IF_ERROR(CheckAll(came.bytes(), load_));
  return took;
}

}  // namespace specrelay
