#include "tools/ctl/files.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/command_error.h"
#include "proto/support/digest.h"
#include "relay/api_key.h"
#include "tools/ctl/testing/ctl_runner.h"
#include "tools/ctl/testing/fake_relay.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    options_.relay = relay_.address();
    options_.api_key = GenerateApiKey();
    options_.project = "p7";
    relay_.on_write = [this](grpc::ServerReader<v1::WriteFileRequest>& reader, v1::WriteFileResponse& response) {
      v1::WriteFileRequest part;
      while (reader.Read(&part)) {
        if (part.has_start()) start_ = part.start();
        content_ += part.data();
        if (part.has_end()) end_hash_ = part.end().hash();
      }
      response.mutable_file()->mutable_version()->set_hash(Sha256Hex(content_));
      return grpc::Status::OK;
    };
  }

  FakeRelay relay_;
  CtlOptions options_;
  v1::WriteFileStart start_;
  std::string content_;
  std::string end_hash_;
};

TEST_F(FilesTest, AFileIsReadToTheOutputAsItIs) {
  relay_.on_read = [](const v1::ReadFileRequest& request, grpc::ServerWriter<v1::ReadFileResponse>& writer) {
    EXPECT_EQ(request.project_id(), "p7");
    EXPECT_EQ(request.file().path(), "specs/a/b.bin");
    v1::ReadFileResponse part;
    part.set_data(std::string("any\0", 4));
    writer.Write(part);
    part.set_data("bytes");
    writer.Write(part);
    part.mutable_version();
    writer.Write(part);
    return grpc::Status::OK;
  };
  const CtlResult result = Ctl(options_, {"read", "specs/a/b.bin"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, std::string("any\0bytes", 9));
}

TEST_F(FilesTest, AFailedReadSaysWhy) {
  relay_.on_read = [](const v1::ReadFileRequest&, grpc::ServerWriter<v1::ReadFileResponse>&) {
    return ToGrpcStatus(absl::NotFoundError("no such file"));
  };
  const CtlResult result = Ctl(options_, {"read", "a"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.ErrJson()["error"], "no such file");
}

TEST_F(FilesTest, TheInputIsWrittenInPartsWithItsHash) {
  const std::string content(1'000'000, 'x');
  options_.request_id = "id-1";
  const CtlResult result = Ctl(options_, {"write", "a"}, content);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.OutJson()["file"]["version"]["hash"], Sha256Hex(content));
  EXPECT_EQ(content_, content);
  EXPECT_EQ(end_hash_, Sha256Hex(content));
  EXPECT_EQ(start_.request_id(), "id-1");
  EXPECT_FALSE(start_.file().has_base_hash());
}

TEST_F(FilesTest, AConditionIsPassedOn) {
  options_.base_hash = "none";
  Ctl(options_, {"write", "a"}, "x");
  EXPECT_TRUE(start_.file().has_base_hash());
  EXPECT_EQ(start_.file().base_hash(), "");
  options_.base_hash = Sha256Hex("old");
  Ctl(options_, {"write", "a"}, "x");
  EXPECT_EQ(start_.file().base_hash(), Sha256Hex("old"));
}

TEST_F(FilesTest, AnIdThatWasUsedForOtherContentIsAMistake) {
  relay_.on_write = [](grpc::ServerReader<v1::WriteFileRequest>&, v1::WriteFileResponse& response) {
    response.mutable_file()->mutable_version()->set_hash(Sha256Hex("other"));
    return grpc::Status::OK;
  };
  options_.request_id = "id-1";
  const CtlResult result = Ctl(options_, {"write", "a"}, "content");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(std::string(result.ErrJson()["error"]), HasSubstr("was used before"));
}

TEST_F(FilesTest, AWriteWithoutAnAnswerNamesItsId) {
  relay_.on_write = [](grpc::ServerReader<v1::WriteFileRequest>&, v1::WriteFileResponse&) {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone");
  };
  options_.request_id = "id-1";
  const CtlResult result = Ctl(options_, {"write", "a"}, "content");
  EXPECT_EQ(result.exit_code, 9);
  EXPECT_THAT(std::string(result.ErrJson()["error"]), HasSubstr("--request_id=id-1"));
}

TEST_F(FilesTest, WhatIsMissingIsAsked) {
  EXPECT_EQ(Ctl(options_, {"read"}).exit_code, 1);
  EXPECT_EQ(Ctl(options_, {"write", "a", "b"}).exit_code, 1);
  options_.project.clear();
  EXPECT_THAT(Ctl(options_, {"read", "a"}).err, HasSubstr("--project"));
}

}  // namespace
}  // namespace specrelay
