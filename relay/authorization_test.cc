#include "relay/authorization.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

Principal KeyWith(Role role) {
  Principal principal;
  principal.account = "acme";
  principal.role = role;
  principal.key_id = "key_1";
  principal.key_name = "laptop";
  return principal;
}

Principal ScopedKeyWith(Role role) {
  Principal principal = KeyWith(role);
  principal.project_scopes = {"p1", "p2"};
  return principal;
}

auto IsDenied(const std::string& what) { return IsStatus(absl::StatusCode::kPermissionDenied, HasSubstr(what)); }

TEST(AuthorizationTest, UsersAndAdminsMaySendEveryCommand) {
  for (const CommandInfo& command : CommandCatalog()) {
    EXPECT_THAT(AuthorizeCommand(KeyWith(Role::kUser), command), IsOk()) << command.name;
    EXPECT_THAT(AuthorizeCommand(KeyWith(Role::kAdmin), command), IsOk()) << command.name;
  }
}

TEST(AuthorizationTest, ViewersMaySendExactlyTheCommandsThatRead) {
  for (const CommandInfo& command : CommandCatalog()) {
    const absl::Status status = AuthorizeCommand(KeyWith(Role::kViewer), command);
    if (command.access == v1::COMMAND_ACCESS_READ) {
      EXPECT_THAT(status, IsOk()) << command.name;
    } else {
      EXPECT_THAT(status, IsDenied("needs the role user or admin")) << command.name;
      EXPECT_THAT(std::string(status.message()), AllOf(HasSubstr("laptop"), HasSubstr("has the role viewer")));
    }
  }
}

TEST(AuthorizationTest, AgentKeysMaySendNoCommandAndAreToldWhatToUse) {
  for (const CommandInfo& command : CommandCatalog()) {
    EXPECT_THAT(AuthorizeCommand(KeyWith(Role::kAgent), command), IsDenied("this is an agent key; use a user key"));
  }
}

TEST(AuthorizationTest, ACommandWithoutTraitsIsForNobody) {
  CommandInfo command = *FindCommandByName("spec-list");
  command.access = v1::COMMAND_ACCESS_UNSPECIFIED;
  EXPECT_THAT(AuthorizeCommand(KeyWith(Role::kAdmin), command), IsDenied("does not state the access"));
}

TEST(AuthorizationTest, ListsAreForEveryRoleButAgents) {
  EXPECT_THAT(AuthorizeClient(KeyWith(Role::kViewer)), IsOk());
  EXPECT_THAT(AuthorizeClient(KeyWith(Role::kUser)), IsOk());
  EXPECT_THAT(AuthorizeClient(KeyWith(Role::kAdmin)), IsOk());
  EXPECT_THAT(AuthorizeClient(KeyWith(Role::kAgent)), IsDenied("this is an agent key"));
}

TEST(AuthorizationTest, AProjectOutsideTheScopesIsDeniedWithTheScopesNamed) {
  EXPECT_THAT(AuthorizeProject(ScopedKeyWith(Role::kUser), "p2"), IsOk());
  EXPECT_THAT(AuthorizeProject(ScopedKeyWith(Role::kUser), "p3"), IsDenied("p1, p2"));
  EXPECT_THAT(AuthorizeProject(KeyWith(Role::kUser), "p3"), IsOk());
  EXPECT_THAT(AuthorizeProject(KeyWith(Role::kAgent), "p1"), IsDenied("this is an agent key"));
}

TEST(AuthorizationTest, WatchingIsForEveryRoleButAgentsAndKeepsToTheScopes) {
  EXPECT_THAT(AuthorizeWatch(KeyWith(Role::kViewer), ""), IsOk());
  EXPECT_THAT(AuthorizeWatch(ScopedKeyWith(Role::kViewer), ""), IsOk());
  EXPECT_THAT(AuthorizeWatch(ScopedKeyWith(Role::kViewer), "p1"), IsOk());
  EXPECT_THAT(AuthorizeWatch(ScopedKeyWith(Role::kViewer), "p3"), IsDenied("p3"));
  EXPECT_THAT(AuthorizeWatch(KeyWith(Role::kAgent), ""), IsDenied("this is an agent key"));
}

TEST(AuthorizationTest, OnlyAgentKeysConnectAgentsAndOnlyForTheirScopes) {
  EXPECT_THAT(AuthorizeAgent(KeyWith(Role::kAgent), "p9"), IsOk());
  EXPECT_THAT(AuthorizeAgent(ScopedKeyWith(Role::kAgent), "p1"), IsOk());
  EXPECT_THAT(AuthorizeAgent(ScopedKeyWith(Role::kAgent), "p9"), IsDenied("p9"));
  for (const Role role : {Role::kViewer, Role::kUser, Role::kAdmin}) {
    EXPECT_THAT(AuthorizeAgent(KeyWith(role), "p1"), IsDenied("needs the role agent"));
  }
}

}  // namespace
}  // namespace specrelay
