#include "dashboard/metrics/audit_line.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace specrelay {
namespace {

TEST(AuditLineTest, WhatMayChangeSomethingIsAWrite) {
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "BREW"}) EXPECT_TRUE(IsWrite(method)) << method;
  for (const char* method : {"GET", "HEAD", "OPTIONS"}) EXPECT_FALSE(IsWrite(method)) << method;
}

TEST(AuditLineTest, ALineSaysWhoDidWhatWhereAndHowItEnded) {
  AnsweredRequest request;
  request.method = "PUT";
  request.route = "/api/projects/{projectId}/specs/{name}";
  request.project_id = "p1";
  request.request_id = "r1";
  request.account = "acme";
  request.key_id = "key_1";
  request.key_name = "lap\"top\n";
  request.remote_address = "127.0.0.1";
  request.status = 200;
  request.took = absl::Microseconds(1500);
  testing::internal::CaptureStderr();
  LogWrite(request);
  const std::string line = testing::internal::GetCapturedStderr();
  EXPECT_EQ(line.find('\n'), line.size() - 1) << "one line";
  nlohmann::json json = nlohmann::json::parse(line);
  json.erase("time");
  EXPECT_EQ(json, nlohmann::json::parse(R"({"level":"info","event":"write","account":"acme","key":"lap\"top\n",
      "key_id":"key_1","address":"127.0.0.1","method":"PUT","route":"/api/projects/{projectId}/specs/{name}",
      "project":"p1","request_id":"r1","status":"200","duration_ms":"1.5"})"));
}

}  // namespace
}  // namespace specrelay
