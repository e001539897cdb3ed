// Compares an answer of the HTTP interface with a recorded one.
#ifndef SPECRELAY_TESTS_INTEGRATION_REST_SHAPE_H_
#define SPECRELAY_TESTS_INTEGRATION_REST_SHAPE_H_

#include <string>
#include <vector>

#include "nlohmann/json.hpp"

namespace specrelay {

// How much of the values is the contract.
enum class Strictness {
  kValues,  // all but those that are examples: times, generated ids, durations, the wording of errors
  kTypes,   // none: they depend on the day. Lists of texts may have any length, and a number may be null.
};

// What of `actual` differs from `recorded`, one line each; empty when it is the same contract. Names of fields, their
// order, types, nulls and the order and length of lists always count.
std::vector<std::string> CompareShape(const nlohmann::ordered_json& recorded, const nlohmann::ordered_json& actual,
                                      Strictness strictness);

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_INTEGRATION_REST_SHAPE_H_
