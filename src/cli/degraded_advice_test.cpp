// SPDX-License-Identifier: Apache-2.0
#include "degraded_advice.h"

#include <gtest/gtest.h>

#include <string>

namespace papr::cli {
namespace {

struct Line {
  const char* reason;
  const char* advice_part;
};

// Reasons as the client and Core ML word them.
constexpr Line kLines[] = {
    {"memory is critical, so no model is held: Low free memory (12.0%)", "much memory"},
    {"the model answers slower than its budget", "much memory"},
    {"it runs on the CPU: verify model: 5000 ms for a prediction, budget 150 ms", "much memory"},
    {"load \"m.mlpackage\": Program load failed - no memory (transient; retry under lower memory "
     "pressure)",
     "much memory"},
    {"load \"m.mlpackage\": bad program image (model may be corrupt or incompatible)", "anew"},
    {"load \"m.mlpackage\": no such package", "that is there"},
    {"slower than its budget: verify model: 16 ms for a prediction, budget 1 ms", "model check"},
    {"the model is still loading after 0.4 s", "PAPR_HEDGE_AFTER"},
    {"the local answer is late: not there after 400 ms", "PAPR_HEDGE_AFTER"},
    {"the model is at another call, for 500 ms", "PAPR_HEDGE_AFTER"},
    {"no local memory matches", "papr add"},
    {"there is no local store", "papr add"},
    {"no model given", "--model"},
    {"something nobody has seen", "papr model info"},
    {"", "papr model info"},
};

TEST(DegradedAdvice, FitsTheReason) {
  for (const auto& [reason, part] : kLines) {
    EXPECT_TRUE(degraded_advice(reason).contains(part))
        << reason << " -> " << degraded_advice(reason);
  }
}

TEST(DegradedAdvice, IsOneShortLineWhateverTheReason) {
  for (const auto& reason : {std::string(10'000, 'x'), std::string("a\n\x1b[31m\xff")}) {
    const auto advice = degraded_advice(reason);
    EXPECT_FALSE(advice.empty());
    EXPECT_LT(advice.size(), 100);
    EXPECT_FALSE(advice.contains('\n'));
  }
}

}  // namespace
}  // namespace papr::cli
