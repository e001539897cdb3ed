#include "mcp_agent/logs/markdown_log.h"

#include <string>

#include "mcp_agent/tree/utf8.h"
#include "nlohmann/json.hpp"
#include "proto/support/json.h"
#include "proto/support/testing/status_matchers.h"

namespace specrelay {
namespace {

// What the recorded `Implementation Logs` file holds.
constexpr char kSample[] = R"(# Implementation Log: Task 1

**Summary:** Session store with TTL

**Timestamp:** 2026-01-05T10:00:00.000Z
**Log ID:** 0f1c9335-9192-4e84-8773-66aa654da64e

---

## Statistics

- **Lines Added:** +120
- **Lines Removed:** -4
- **Files Changed:** 2
- **Net Change:** 116

## Files Modified
- src/app.ts

## Files Created
- src/session.ts

---

## Artifacts

### API Endpoints

#### POST /api/login
- **Purpose:** Sign in
- **Location:** src/login.ts:10
- **Request Format:** {user,pass}
- **Response Format:** {token}

### Functions

#### hash
- **Purpose:** Hash a password
- **Location:** src/hash.ts:3
- **Signature:** (p: string) => string
- **Exported:** Yes
)";

nlohmann::json AsJson(const google::protobuf::Message& message) { return nlohmann::json::parse(*ToJson(message)); }

nlohmann::json Artifacts(absl::string_view text) {
  const auto entry = ParseMarkdownLog("task-1_x.md", text);
  return entry.has_value() ? AsJson(entry->artifacts()) : nlohmann::json("no entry");
}

TEST(MarkdownLogTest, TheRecordedFileGivesTheRecordedEntry) {
  const auto entry = ParseMarkdownLog("task-1_2026.md", kSample);
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(AsJson(*entry), nlohmann::json::parse(R"({
    "id": "0f1c9335-9192-4e84-8773-66aa654da64e", "taskId": "1", "timestamp": "2026-01-05T10:00:00.000Z",
    "summary": "Session store with TTL", "filesModified": ["src/app.ts"], "filesCreated": ["src/session.ts"],
    "statistics": {"linesAdded": 120, "linesRemoved": 4, "filesChanged": 2},
    "artifacts": {
      "apiEndpoints": [{"method": "POST", "path": "/api/login", "purpose": "Sign in", "location": "src/login.ts:10",
                        "requestFormat": "{user,pass}", "responseFormat": "{token}"}],
      "functions": [{"name": "hash", "purpose": "Hash a password", "location": "src/hash.ts:3",
                     "signature": "(p: string) => string", "isExported": true}]}})"));
}

TEST(MarkdownLogTest, ComponentsClassesAndIntegrationsHaveTheirOwnFields) {
  EXPECT_EQ(Artifacts(R"(## Artifacts
### Components
#### LoginForm
- **Type:** React
- **Props:** { onLogin }
- **Exports:** LoginForm, useLogin
### Classes
#### Store
- **Methods:** get, put
- **Exported:** No
### Integrations
#### Integration 1
- **Description:** Form to API
- **Frontend Component:** LoginForm
- **Backend Endpoint:** POST /api/login
- **Data Flow:** form -> api
#### Login to session
)"),
            nlohmann::json::parse(R"({
    "components": [{"name": "LoginForm", "type": "React", "props": "{ onLogin }", "exports": ["LoginForm", "useLogin"]}],
    "classes": [{"name": "Store", "methods": ["get", "put"], "isExported": false}],
    "integrations": [{"description": "Form to API", "frontendComponent": "LoginForm",
                      "backendEndpoint": "POST /api/login", "dataFlow": "form -> api"},
                     {"description": "Login to session"}]})"));
}

TEST(MarkdownLogTest, AValueMayGoOnOverSeveralLines) {
  EXPECT_EQ(Artifacts("## Artifacts\n### Functions\n#### f\n- **Purpose:** one\n  two\n\nnot this\n"),
            nlohmann::json::parse(R"({"functions": [{"name": "f", "purpose": "one\n  two"}]})"));
}

TEST(MarkdownLogTest, UnknownKindsAndLabelsDoNoHarm) {
  EXPECT_EQ(Artifacts("### Functions\n#### f\n## Artifacts\n### Colours\n#### red\n- **Purpose:** p\n- **:** x\n"),
            nlohmann::json::object());
}

TEST(MarkdownLogTest, TaskAndIdAreTakenFromTheFileNameWhenTheTextLacksThem) {
  const auto entry = ParseMarkdownLog("task-2.1_2026_abc.md", "**Summary:** x");
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->task_id(), "2.1");
  EXPECT_EQ(entry->id(), "task-2.1_2026_abc");
}

TEST(MarkdownLogTest, AFileThatNamesNoTaskIsNone) {
  EXPECT_FALSE(ParseMarkdownLog("notes.md", "# Notes\n").has_value());
  EXPECT_FALSE(ParseMarkdownLog("notes.md", "").has_value());
}

TEST(MarkdownLogTest, InvalidUtf8AndAbsurdNumbersAreMadeSound) {
  const auto entry = ParseMarkdownLog("task-1_x.md",
                                      "**Summary:** a\xff\n## Statistics\n- **Lines Added:** "
                                      "+99999999999\n- **Lines Removed:** --5\n");
  ASSERT_TRUE(entry.has_value());
  EXPECT_TRUE(IsValidUtf8(entry->summary()));
  EXPECT_EQ(entry->statistics().lines_added(), 2147483647);
  EXPECT_EQ(entry->statistics().lines_removed(), 0);
}

}  // namespace
}  // namespace specrelay
