// SPDX-License-Identifier: Apache-2.0
#include "load_timer.h"

#include <gtest/gtest.h>

namespace papr::cli {
namespace {

Event load_finished(bool ok, double seconds) {
  return {.name = "load_finished", .fields = {{"ok", ok}, {"seconds", seconds}}};
}

TEST(LoadTimer, SaysNothingBeforeAModelIsThere) {
  LoadTimer timer;
  timer.on_event({.name = "load_started", .fields = {}});
  timer.on_event(load_finished(false, 5.0));
  EXPECT_EQ(timer.loading().count(), 0);
}

TEST(LoadTimer, AddsUpTheLoadsThatWentWell) {
  LoadTimer timer;
  timer.on_event(load_finished(true, 0.25));
  timer.on_event({.name = "search_finished", .fields = {{"seconds", 7.0}}});
  timer.on_event(load_finished(true, 0.5));
  EXPECT_EQ(timer.loading().count(), 0.75);
}

TEST(LoadTimer, AnEventWithoutItsFieldsAddsNothing) {
  LoadTimer timer;
  timer.on_event({.name = "load_finished", .fields = {{"ok", true}}});
  timer.on_event({.name = "load_finished", .fields = {{"ok", true}, {"seconds", true}}});
  EXPECT_EQ(timer.loading().count(), 0);
}

}  // namespace
}  // namespace papr::cli
