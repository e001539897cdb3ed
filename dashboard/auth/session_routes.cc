#include "dashboard/auth/session_routes.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "dashboard/auth/auth_failure.h"
#include "dashboard/auth/session_cookie.h"
#include "nlohmann/json.hpp"
#include "proto/support/bounded_json.h"
#include "proto/support/iso_time.h"
#include "proto/support/status_macros.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxBodyDepth = 16;

constexpr char kLogInSchema[] = R"({"type":"object","required":["key"],"properties":{"key":{"type":"string"}}})";
constexpr char kSessionSchema[] =
    R"({"type":"object","required":["account","role","keyName","expiresAt"],"properties":{)"
    R"("account":{"type":"string"},"role":{"type":"string","enum":["viewer","user","admin"]},)"
    R"("keyName":{"type":"string"},"expiresAt":{"type":["string","null"],"description":"null for a key"}}})";
constexpr char kLoginLinkSchema[] = R"({"type":"object","required":["url","expiresAt"],)"
                                    R"("properties":{"url":{"type":"string"},"expiresAt":{"type":"string"}}})";
constexpr char kDoneSchema[] = R"({"$ref":"#/components/schemas/Done"})";

Json TimeJson(absl::Time time) { return ToIsoTime(time); }

Json SessionJson(const Principal& principal, const absl::optional<Session>& session) {
  return {{"account", principal.account},
          {"role", std::string(RoleName(principal.role))},
          {"keyName", principal.key_name},
          {"expiresAt", session.has_value() ? TimeJson(session->expires_at) : Json()}};
}

HttpResponse JsonResponse(int status, const Json& json) {
  return HttpResponse::Json(status, json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

// The session that the request's cookie proves, if any.
absl::optional<Session> SessionOf(const HttpRequest& request, const SessionTokens& sessions) {
  const absl::StatusOr<std::string> token = SessionTokenOf(request);
  if (!token.ok() || token->empty()) return absl::nullopt;
  absl::StatusOr<Session> session = sessions.Verify(*token);
  if (!session.ok()) return absl::nullopt;
  return *std::move(session);
}

void SetCookie(const IssuedSession& issued, bool secure, HttpResponse& response) {
  response.SetHeader("Set-Cookie",
                     SessionCookie(issued.token, issued.session.expires_at - issued.session.issued_at, secure));
}

absl::StatusOr<IssuedSession> BeginSession(const Principal& principal, const SessionServices& services) {
  if (principal.role == Role::kAgent) {
    return absl::PermissionDeniedError(
        "this is an agent's key, which only connects agents; log in with a key of the role viewer, user or admin");
  }
  return services.sessions.Begin(principal);
}

absl::StatusOr<std::string> KeyOf(absl::string_view body) {
  const absl::StatusOr<Json> json = ParseBoundedJson(body, kMaxBodyDepth);
  if (json.ok() && json->is_object()) {
    const auto found = json->find("key");
    if (found != json->end() && found->is_string()) {
      return std::string(absl::StripAsciiWhitespace(found->get<std::string>()));
    }
  }
  return absl::InvalidArgumentError("the body must be JSON with the key as text: {\"key\": \"srk_…\"}");
}

absl::StatusOr<HttpResponse> LogIn(const HttpRequest& request, const SessionServices& services) {
  ASSIGN_OR_RETURN(const std::string key, KeyOf(request.body));
  ASSIGN_OR_RETURN(const Principal principal, services.authenticator.CheckKey(key, request.remote_address));
  ASSIGN_OR_RETURN(const IssuedSession issued, BeginSession(principal, services));
  HttpResponse response = JsonResponse(200, SessionJson(principal, issued.session));
  SetCookie(issued, request.secure, response);
  return response;
}

HttpResponse WhoAmI(const CallContext& context, const SessionServices& services) {
  // A key goes before a cookie, and has no end that is the session's.
  const bool by_key = context.request.FindHeader("Authorization").has_value();
  return JsonResponse(200, SessionJson(context.caller.principal,
                                       by_key ? absl::nullopt : SessionOf(context.request, services.sessions)));
}

HttpResponse LogOut(const HttpRequest& request, const SessionServices& services) {
  if (const absl::optional<Session> session = SessionOf(request, services.sessions)) services.sessions.End(*session);
  HttpResponse response = JsonResponse(200, {{"success", true}});
  response.SetHeader("Set-Cookie", ClearedSessionCookie(request.secure));
  return response;
}

absl::StatusOr<HttpResponse> MakeLink(const CallContext& context, const SessionServices& services) {
  ASSIGN_OR_RETURN(const LoginLink link, services.links.Make(context.caller.principal));
  // The header names a host that was let through, and is how this client reaches the server.
  const std::string base =
      absl::StrCat(context.request.secure ? "https://" : "http://", context.request.Header("Host"));
  return JsonResponse(200, {{"url", LoginUrl(base, link)}, {"expiresAt", TimeJson(link.expires_at)}});
}

// Whether nobody has opened the link yet: programs that look ahead, and pages that have it as a picture, must not use
// it up.
bool IsLookAhead(const HttpRequest& request) {
  const absl::optional<absl::string_view> destination = request.FindHeader("Sec-Fetch-Dest");
  return request.method == "HEAD" || (destination.has_value() && *destination != "document") ||
         absl::StrContains(request.Header("Sec-Purpose"), "prefetch") ||
         absl::EqualsIgnoreCase(request.Header("Purpose"), "prefetch") ||
         absl::EqualsIgnoreCase(request.Header("X-Moz"), "prefetch");
}

absl::StatusOr<HttpResponse> FollowLink(const HttpRequest& request, const SessionServices& services) {
  HttpResponse response;
  if (IsLookAhead(request)) {
    response = HttpResponse::Empty(204);
  } else {
    ASSIGN_OR_RETURN(const Principal principal, services.links.Use(request.QueryParameter("token")));
    ASSIGN_OR_RETURN(const IssuedSession issued, BeginSession(principal, services));
    response = HttpResponse::Empty(303);
    response.SetHeader("Location", "/");
    SetCookie(issued, request.secure, response);
  }
  response.SetHeader("Cache-Control", "no-store");
  response.SetHeader("Referrer-Policy", "no-referrer");
  return response;
}

HttpResponse OrFailure(absl::StatusOr<HttpResponse> response) {
  return response.ok() ? *std::move(response) : AuthFailureResponse(response.status());
}

}  // namespace

std::vector<Route> SessionRoutes(const SessionServices& services) {
  return {
      {"POST",
       "/api/session",
       Access::kOpen,
       "Logs in: gives a session cookie for a key",
       kLogInSchema,
       kSessionSchema,
       [services](const CallContext& context) { return OrFailure(LogIn(context.request, services)); },
       {},
       {401, 429}},
      {"GET",
       "/api/session",
       Access::kViewer,
       "Tells who is logged in",
       "",
       kSessionSchema,
       [services](const CallContext& context) { return WhoAmI(context, services); },
       {},
       {}},
      {"DELETE",
       "/api/session",
       Access::kOpen,
       "Logs out: ends the session and takes the cookie back",
       "",
       kDoneSchema,
       [services](const CallContext& context) { return LogOut(context.request, services); },
       {},
       {}},
      {"POST",
       "/api/session/links",
       Access::kViewer,
       "Makes an address that logs a browser in as the caller, once and within ten minutes",
       "",
       kLoginLinkSchema,
       [services](const CallContext& context) { return OrFailure(MakeLink(context, services)); },
       {},
       {429}},
      {"GET",
       "/login",
       Access::kOpen,
       "Logs in by a link of POST /api/session/links, and goes to the website",
       "",
       "",
       [services](const CallContext& context) { return OrFailure(FollowLink(context.request, services)); },
       {{"token", "what the link has"}},
       {401}},
  };
}

}  // namespace specrelay
