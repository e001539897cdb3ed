// The JSON file of one question, `questions/<id>.json`. Keys that nobody knows stay where they are.
#ifndef SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_DOCUMENT_H_
#define SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_DOCUMENT_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"
#include "specrelay/v1/question.pb.h"

namespace specrelay {

// Largest question that is read. What makes one up is bounded far below that when it comes in.
constexpr int64_t kMaxQuestionFileBytes = int64_t{2} << 20;

// The directory of the tree that holds questions.
constexpr char kQuestionDirectory[] = "questions";

// How a question ends.
struct QuestionEnding {
  v1::QuestionStatus status = v1::QUESTION_STATUS_UNSPECIFIED;  // answered or dismissed
  std::string answer;                                           // or why it was dismissed
  google::protobuf::RepeatedPtrField<std::string> choices;
  absl::Time at;
  v1::Actor by;
};

// A value: the file's JSON and what it says. Not thread-safe.
class QuestionDocument {
 public:
  // Reads the file at `path` of the tree, which tells the id as well. FAILED_PRECONDITION that names the file when it
  // is damaged or is no question of that id.
  static absl::StatusOr<QuestionDocument> Parse(absl::string_view path, absl::string_view bytes);

  // A new pending question: everything that `question` says about what is asked, by whom and when.
  static absl::StatusOr<QuestionDocument> Create(const v1::Question& question);

  const v1::Question& question() const { return question_; }
  std::string path() const;
  bool pending() const { return question_.status() == v1::QUESTION_STATUS_PENDING; }
  // When the coding agent confirmed that it has the answer.
  bool consumed() const { return question_.has_consumed_at(); }

  void End(const QuestionEnding& ending);
  void Consume(absl::Time at);

  std::string ToJson() const;

 private:
  QuestionDocument() = default;

  // Set question_ from json_.
  absl::Status ReadJson(absl::string_view path);
  void ReadAsked();
  void ReadEnding();

  nlohmann::ordered_json json_;
  v1::Question question_;
};

// Path in the tree of a question's file.
std::string QuestionPath(absl::string_view id);

// "pending", "answered", "dismissed"; empty for other values.
absl::string_view QuestionStatusName(v1::QuestionStatus status);
// The reverse; UNSPECIFIED for an unknown name.
v1::QuestionStatus QuestionStatusFromName(absl::string_view name);

}  // namespace specrelay

#endif  // SPECRELAY_MCP_AGENT_QUESTIONS_QUESTION_DOCUMENT_H_
