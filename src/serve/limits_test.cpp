// SPDX-License-Identifier: Apache-2.0
#include "limits.h"

#include <gtest/gtest.h>

namespace papr::serve {
namespace {

using std::chrono::milliseconds;

constexpr HttpLimits kLimits{};
constexpr Phase kPhases[] = {Phase::kIdle, Phase::kRequest, Phase::kResponse};

TEST(Patience, IsThatOfThePhaseWhileNobodyWaits) {
  EXPECT_EQ(patience(kLimits, Phase::kIdle, {}), kLimits.idle);
  EXPECT_EQ(patience(kLimits, Phase::kRequest, {}), kLimits.request);
  EXPECT_EQ(patience(kLimits, Phase::kResponse, {}), kLimits.response);
}

TEST(Patience, IsShortWhileOthersWait) {
  for (const Phase phase : kPhases) {
    EXPECT_EQ(patience(kLimits, phase, {.others_wait = true}), kLimits.contended);
  }
}

TEST(Patience, IsNeverLongerBecauseOthersWait) {
  const HttpLimits short_limits{
      .idle = milliseconds(1), .request = milliseconds(1), .response = milliseconds(1)};
  for (const Phase phase : kPhases) {
    EXPECT_EQ(patience(short_limits, phase, {.others_wait = true}), milliseconds(1));
  }
}

TEST(Patience, AServerThatStopsWaitsForNoNewRequest) {
  EXPECT_EQ(patience(kLimits, Phase::kIdle, {.stopping = true}), milliseconds(0));
  EXPECT_EQ(patience(kLimits, Phase::kRequest, {.stopping = true}), kLimits.contended);
  EXPECT_EQ(patience(kLimits, Phase::kResponse, {.stopping = true}), kLimits.contended);
}

}  // namespace
}  // namespace papr::serve
