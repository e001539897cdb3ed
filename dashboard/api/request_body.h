// The JSON object in the body of a request.
#ifndef SPECRELAY_DASHBOARD_API_REQUEST_BODY_H_
#define SPECRELAY_DASHBOARD_API_REQUEST_BODY_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/optional.h"
#include "dashboard/api/json_values.h"

namespace specrelay {

// A value. Fields nobody asks for are ignored; a field that is null counts as absent. Every getter fails with
// INVALID_ARGUMENT, naming the field and the type it must have.
class RequestBody {
 public:
  static constexpr int kMaxDepth = 24;  // a protobuf reader takes 100 levels, and a level of JSON is up to three

  // INVALID_ARGUMENT when `text` is no JSON, no object, or nested deeper than kMaxDepth. An empty text is `{}`.
  static absl::StatusOr<RequestBody> Parse(absl::string_view text);

  // nullptr when absent.
  const Json* Find(absl::string_view name) const;
  bool Has(absl::string_view name) const { return Find(name) != nullptr; }

  absl::StatusOr<std::string> Text(absl::string_view name) const;
  absl::StatusOr<std::string> TextOr(absl::string_view name, absl::string_view otherwise) const;
  absl::StatusOr<bool> Flag(absl::string_view name) const;
  absl::StatusOr<bool> FlagOr(absl::string_view name, bool otherwise) const;
  // A whole number that fits; `otherwise` when absent.
  absl::StatusOr<int32_t> CountOr(absl::string_view name, int32_t otherwise) const;
  // A list of texts; empty when absent.
  absl::StatusOr<std::vector<std::string>> Texts(absl::string_view name) const;
  // An object; nullptr when absent.
  absl::StatusOr<const Json*> Object(absl::string_view name) const;

  const Json& json() const { return json_; }

 private:
  explicit RequestBody(Json json) : json_(std::move(json)) {}
  friend absl::StatusOr<RequestBody> BodyFromObject(const Json& object, absl::string_view name);

  Json json_;
};

// An object inside a body, to be read in the same way; `name` is for the message when it is none.
absl::StatusOr<RequestBody> BodyFromObject(const Json& object, absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_DASHBOARD_API_REQUEST_BODY_H_
