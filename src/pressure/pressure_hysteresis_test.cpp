// SPDX-License-Identifier: Apache-2.0
#include "pressure_hysteresis.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace papr {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kStart{std::chrono::hours(1)};

struct Look {
  std::chrono::milliseconds at;
  char what;  ///< n(ormal), h(istory), w(arn), c(ritical), ? (unreadable)
};

PressureReading reading(char what) {
  using enum PressureLevel;
  using enum PressureState;
  switch (what) {
    case 'h':
      return {.level = kWarn, .state = kHistoryOnly};
    case 'w':
      return {.level = kWarn, .state = kActive};
    case 'c':
      return {.level = kCritical, .state = kActive};
    case '?':
      return {.state = kUnreadable};
    default:
      return {};
  }
}

/// Those that were news, with "." for each that was not.
std::string told(const std::vector<Look>& looks, std::chrono::milliseconds calm = 10s) {
  PressureHysteresis hysteresis(calm);
  std::string news;
  for (const Look& look : looks) {
    news += hysteresis.is_news(reading(look.what), kStart + look.at) ? look.what : '.';
  }
  return news;
}

TEST(PressureHysteresis, TheFirstReadingIsNewsWhateverItIs) {
  for (const char what : {'n', 'h', 'w', 'c', '?'}) {
    EXPECT_EQ(told({{0s, what}, {1s, what}, {1h, what}}), std::string{what} + "..");
  }
}

TEST(PressureHysteresis, WhatIsWorseIsNewsAtOnce) {
  EXPECT_EQ(told({{0s, 'n'}, {1ms, 'h'}, {2ms, 'w'}, {3ms, 'c'}}), "nhwc");
}

TEST(PressureHysteresis, WhatIsBetterIsNewsAfterTheCalmToTheMillisecond) {
  EXPECT_EQ(told({{0s, 'c'}, {1s, 'n'}, {11s - 1ms, 'n'}, {11s, 'n'}}), "c..n");
}

TEST(PressureHysteresis, OneWorseReadingBeginsTheCalmAnew) {
  EXPECT_EQ(told({{0s, 'w'}, {1s, 'n'}, {8s, 'w'}, {9s, 'n'}, {12s, 'n'}, {19s, 'n'}}), "w....n");
}

TEST(PressureHysteresis, ALevelThatGoesToAndFroIsToldOfOnce) {
  std::vector<Look> looks;
  for (int i = 0; i < 100; ++i) looks.push_back({i * 1s, i % 2 == 0 ? 'w' : 'n'});
  EXPECT_EQ(told(looks), "w" + std::string(99, '.'));
}

TEST(PressureHysteresis, BetterByHalfIsNewsWhileItGoesToAndFroBelow) {
  EXPECT_EQ(told({{0s, 'c'}, {1s, 'w'}, {5s, 'n'}, {8s, 'w'}, {11s, 'n'}, {12s, 'w'}}), "c....w");
}

TEST(PressureHysteresis, AFallInStepsIsToldOnceItHasSettled) {
  EXPECT_EQ(told({{0s, 'c'}, {1s, 'w'}, {5s, 'h'}, {8s, 'n'}, {17s, 'n'}, {18s, 'n'}}), "c....n");
}

TEST(PressureHysteresis, OneReadingThatFailsIsNoNews) {
  EXPECT_EQ(told({{0s, 'c'}, {1s, '?'}, {2s, 'c'}, {3s, '?'}, {4s, 'w'}}), "c....");
}

TEST(PressureHysteresis, SightLostForTheCalmIsNewsAndSoIsWhateverComesAfterIt) {
  EXPECT_EQ(told({{0s, 'c'}, {1s, '?'}, {10s, '?'}, {11s, '?'}, {12s, 'n'}, {13s, 'n'}}), "c..?n.");
}

TEST(PressureHysteresis, TimeWithoutSightIsNoCalm) {
  EXPECT_EQ(told({{0s, 'c'}, {1s, 'n'}, {9s, '?'}, {12s, 'n'}, {21s, 'n'}, {22s, 'n'}}), "c....n");
}

TEST(PressureHysteresis, WithoutACalmEachChangeIsNews) {
  EXPECT_EQ(told({{0s, 'c'}, {0s, 'n'}, {0s, 'n'}, {0s, 'w'}, {0s, 'h'}}, 0ms), "cn.wh");
}

TEST(PressureHysteresis, SaysWhenItWouldTell) {
  PressureHysteresis hysteresis(10s);
  EXPECT_EQ(hysteresis.due(), std::nullopt);
  (void)hysteresis.is_news(reading('c'), kStart);
  EXPECT_EQ(hysteresis.due(), std::nullopt);
  (void)hysteresis.is_news(reading('n'), kStart + 3s);
  EXPECT_EQ(hysteresis.due(), kStart + 13s);
  (void)hysteresis.is_news(reading('w'), kStart + 4s);
  EXPECT_EQ(hysteresis.due(), kStart + 13s);  // nothing worse than that since then
  (void)hysteresis.is_news(reading('?'), kStart + 5s);
  EXPECT_EQ(hysteresis.due(), kStart + 15s);
}

}  // namespace
}  // namespace papr
