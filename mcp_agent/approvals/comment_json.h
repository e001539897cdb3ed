// A reviewer's remarks and the people behind them, as JSON files hold them. Thread-safe.
#ifndef SPECRELAY_MCP_AGENT_APPROVALS_COMMENT_JSON_H_
#define SPECRELAY_MCP_AGENT_APPROVALS_COMMENT_JSON_H_

#include <string>

#include "google/protobuf/repeated_field.h"
#include "nlohmann/json.hpp"
#include "specrelay/v1/approval.pb.h"

namespace specrelay {

using ApprovalComments = google::protobuf::RepeatedPtrField<v1::ApprovalComment>;

nlohmann::ordered_json CommentsToJson(const ApprovalComments& comments);
// Elements that are no objects are left out; `array` may be nullptr.
ApprovalComments CommentsFromJson(const nlohmann::ordered_json* array);

nlohmann::ordered_json ActorToJson(const v1::Actor& actor);
// Fields that are missing stay empty.
v1::Actor ActorFromJson(const nlohmann::ordered_json& object);
// "ann (account acme, browser)"; empty when nobody is on record.
std::string DescribeActor(const v1::Actor& actor);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_APPROVALS_COMMENT_JSON_H_
