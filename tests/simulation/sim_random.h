// The one source of chance in a simulation.
#ifndef SPECRELAY_TESTS_SIMULATION_SIM_RANDOM_H_
#define SPECRELAY_TESTS_SIMULATION_SIM_RANDOM_H_

#include <cstdint>
#include <random>
#include <vector>

#include "absl/time/time.h"

namespace specrelay {

// Deterministic for a seed, on every machine: no distribution of the standard library is used. One thread.
class SimRandom {
 public:
  explicit SimRandom(uint64_t seed) : engine_(seed) {}

  // Uniform in [0, bound).
  int Below(int bound) { return static_cast<int>(engine_() % static_cast<uint64_t>(bound)); }

  bool Chance(double probability) { return static_cast<double>(engine_() >> 11) * 0x1p-53 < probability; }

  absl::Duration Between(absl::Duration least, absl::Duration most) {
    return least + absl::Microseconds(engine_() % (absl::ToInt64Microseconds(most - least) + 1));
  }

  template <typename T>
  const T& Pick(const std::vector<T>& from) {
    return from[static_cast<size_t>(Below(static_cast<int>(from.size())))];
  }

  std::mt19937_64& engine() { return engine_; }

 private:
  std::mt19937_64 engine_;
};

}  // namespace specrelay

#endif  // SPECRELAY_TESTS_SIMULATION_SIM_RANDOM_H_
