#include "relay/registration.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"
#include "relay/testing/relay_harness.h"

namespace specrelay {
namespace {

using testing::HasSubstr;

TEST(RegistrationTest, AWholeRegistrationPasses) { EXPECT_THAT(CheckRegistration(RegistrationOf("p", "i")), IsOk()); }

TEST(RegistrationTest, AnOldProtocolIsAFailedPreconditionThatSaysToUpdate) {
  v1::Register registration = RegistrationOf("p", "i");
  registration.set_protocol_version(0);
  EXPECT_THAT(CheckRegistration(registration), IsStatus(absl::StatusCode::kFailedPrecondition, HasSubstr("update")));
}

TEST(RegistrationTest, ANewerProtocolPasses) {
  v1::Register registration = RegistrationOf("p", "i");
  registration.set_protocol_version(99);
  EXPECT_THAT(CheckRegistration(registration), IsOk());
}

TEST(RegistrationTest, EachIdMustBePresentShortAndVisible) {
  const std::vector<std::pair<const char*, std::string* (*)(v1::Register&)>> ids = {
      {"agent_id", [](v1::Register& r) { return r.mutable_agent_id(); }},
      {"instance_uid", [](v1::Register& r) { return r.mutable_instance_uid(); }},
      {"project_id", [](v1::Register& r) { return r.mutable_project()->mutable_project_id(); }}};
  for (const auto& [field, id] : ids) {
    for (const std::string& bad : {std::string(), std::string(129, 'x'), std::string("a b"), std::string("a\nb"),
                                   std::string("ü"), std::string(1, '\0')}) {
      v1::Register registration = RegistrationOf("p", "i");
      *id(registration) = bad;
      EXPECT_THAT(CheckRegistration(registration), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr(field)));
    }
  }
}

TEST(RegistrationTest, TextsAndListsAreBounded) {
  v1::Register registration = RegistrationOf("p", "i");
  registration.mutable_project()->set_path(std::string(5000, 'x'));
  EXPECT_THAT(CheckRegistration(registration), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("project path")));
  registration = RegistrationOf("p", "i");
  for (int i = 0; i < 300; ++i) registration.add_capabilities("c");
  EXPECT_THAT(CheckRegistration(registration), IsStatus(absl::StatusCode::kInvalidArgument, HasSubstr("capabilities")));
}

}  // namespace
}  // namespace specrelay
