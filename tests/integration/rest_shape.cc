#include "tests/integration/rest_shape.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace specrelay {
namespace {

using Json = nlohmann::ordered_json;

// Fields whose recorded value is an example, whatever it looks like.
const std::set<std::string>& ExampleFields() {
  static const auto* names = new std::set<std::string>{"duration", "error", "isActive"};
  return *names;
}

// The text with digits and hexadecimal letters made alike, so that a time is compared with a time and an id with an id.
std::string LookOf(const std::string& text) {
  std::string look = text;
  for (char& c : look) {
    if (absl::ascii_isdigit(static_cast<unsigned char>(c))) c = '0';
  }
  return look;
}

bool LooksLikeTime(const std::string& text) { return LookOf(text) == "0000-00-00T00:00:00.000Z"; }

bool LooksLikeUuid(const std::string& text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !absl::ascii_isxdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

const char* TypeName(const Json& json) { return json.is_number() ? "number" : json.type_name(); }

std::vector<std::string> NamesOf(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

class Comparison {
 public:
  explicit Comparison(Strictness strictness) : strictness_(strictness) {}

  void Compare(const std::string& where, const std::string& field, const Json& recorded, const Json& actual) {
    // A day on which nothing happened has no average.
    if (strictness_ == Strictness::kTypes &&
        (recorded.is_null() ? actual.is_number() : recorded.is_number() && actual.is_null()))
      return;
    if (TypeName(recorded) != std::string(TypeName(actual))) {
      return Differs(where, TypeName(recorded), TypeName(actual));
    }
    if (recorded.is_object()) return CompareObjects(where, recorded, actual);
    if (recorded.is_array()) return CompareLists(where, recorded, actual);
    if (strictness_ == Strictness::kTypes || ExampleFields().count(field) > 0) return;
    if (recorded.is_string()) return CompareTexts(where, recorded.get<std::string>(), actual.get<std::string>());
    if (recorded != actual) Differs(where, recorded.dump(), actual.dump());
  }

  std::vector<std::string> differences;

 private:
  void Differs(const std::string& where, const std::string& recorded, const std::string& actual) {
    differences.push_back(absl::StrCat(where, ": recorded ", recorded, ", got ", actual));
  }

  void CompareObjects(const std::string& where, const Json& recorded, const Json& actual) {
    const std::vector<std::string> names = NamesOf(recorded);
    if (names != NamesOf(actual)) {
      return Differs(where, absl::StrCat("fields ", absl::StrJoin(names, " ")), absl::StrJoin(NamesOf(actual), " "));
    }
    for (const std::string& name : names) {
      Compare(absl::StrCat(where, ".", name), name, recorded[name], actual[name]);
    }
  }

  void CompareLists(const std::string& where, const Json& recorded, const Json& actual) {
    const bool of_texts = !recorded.empty() && recorded[0].is_string();
    if (strictness_ == Strictness::kTypes && (of_texts || recorded.empty())) {
      if (!std::all_of(actual.begin(), actual.end(), [](const Json& each) { return each.is_string(); })) {
        Differs(where, "texts", actual.dump());
      }
      return;
    }
    if (recorded.size() != actual.size()) {
      return Differs(where, absl::StrCat(recorded.size(), " elements"),
                     absl::StrCat(actual.size(), ": ", actual.dump()));
    }
    for (size_t i = 0; i < recorded.size(); ++i) {
      Compare(absl::StrCat(where, "[", i, "]"), "", recorded[i], actual[i]);
    }
  }

  void CompareTexts(const std::string& where, const std::string& recorded, const std::string& actual) {
    const bool same = LooksLikeTime(recorded)   ? LooksLikeTime(actual)
                      : LooksLikeUuid(recorded) ? LooksLikeUuid(actual)
                                                : recorded == actual;
    if (!same) Differs(where, recorded, actual);
  }

  const Strictness strictness_;
};

}  // namespace

std::vector<std::string> CompareShape(const Json& recorded, const Json& actual, Strictness strictness) {
  Comparison comparison(strictness);
  comparison.Compare("$", "", recorded, actual);
  return comparison.differences;
}

}  // namespace specrelay
