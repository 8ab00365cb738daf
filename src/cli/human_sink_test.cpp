// SPDX-License-Identifier: Apache-2.0
#include "human_sink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>

namespace papr::cli {
namespace {

std::string printed(const Event& event) {
  std::ostringstream err;
  HumanSink(err).on_event(event);
  return err.str();
}

Event pressure_seen(std::string reason) {
  return {.name = "pressure_seen", .fields = {{"reason", std::move(reason)}}};
}

// The five lines of the design document which this project implements, byte for byte.
TEST(HumanSink, SaysThatMemoryIsShortInTheWordsOfTheDesign) {
  EXPECT_EQ(printed(pressure_seen("Low free memory (35.2%)")),
            "⚠️  Memory pressure detected: Low free memory (35.2%)\n");
}

TEST(HumanSink, SaysThatItClearsInTheWordsOfTheDesign) {
  EXPECT_EQ(printed({.name = "cache_clear_started", .fields = {}}),
            "   Clearing CoreML cache as precaution...\n");
}

TEST(HumanSink, SaysWhatWasFreedInTheWordsOfTheDesign) {
  EXPECT_EQ(
      printed({.name = "cache_cleared", .fields = {{"freed_bytes", std::int64_t{1'200'000'000}}}}),
      "✅ CoreML cache cleared successfully (1.2 GB freed)\n");
}

TEST(HumanSink, ClaimsNoSuccessWhereNothingWasClearedOrNotAll) {
  EXPECT_EQ(printed({.name = "cache_cleared",
                     .fields = {{"freed_bytes", std::int64_t{0}}, {"entries", std::int64_t{0}}}}),
            "   There was nothing to clear\n");
  EXPECT_EQ(printed({.name = "cache_cleared",
                     .fields = {{"entries", std::int64_t{1}}, {"errors", std::int64_t{2}}}}),
            "⚠️  CoreML cache: 2 of its entries could not be cleared\n");
}

TEST(HumanSink, SaysThatItLoadsInTheWordsOfTheDesign) {
  EXPECT_EQ(printed({.name = "load_started", .fields = {}}), "Loading CoreML model...\n");
}

TEST(HumanSink, SaysThatTheModelIsThereInTheWordsOfTheDesign) {
  EXPECT_EQ(printed({.name = "load_finished", .fields = {{"ok", true}}}),
            "✅ CoreML model loaded successfully\n");
}

TEST(HumanSink, DoesNotPraiseALoadThatGaveNoModel) {
  EXPECT_EQ(printed({.name = "load_finished", .fields = {{"ok", false}}}), "");
  EXPECT_EQ(printed({.name = "load_finished", .fields = {}}), "");
}

TEST(HumanSink, SaysThatPressureCannotBeReadAndWhatFollows) {
  EXPECT_EQ(printed({.name = "pressure_unreadable",
                     .fields = {{"reason", std::string("open \"vm_stat\": no such file")}}}),
            "⚠️  Memory pressure cannot be read, so it counts as normal: open \"vm_stat\": no such "
            "file\n");
}

TEST(HumanSink, SaysWhichStateFileStartsAgain) {
  EXPECT_EQ(printed({.name = "state_reset", .fields = {{"path", std::string("/x/state.json")}}}),
            "⚠️  /x/state.json was damaged and starts again\n");
}

TEST(HumanSink, IsSilentAboutEventsThatNobodyWaitsFor) {
  for (const char* const name : {"search_finished", "placement_verified", "", "no_such_event"}) {
    EXPECT_EQ(printed({.name = name, .fields = {{"reason", std::string("x")}}}), "") << name;
  }
}

TEST(HumanSink, AFieldThatIsMissingOrOfAnotherTypeStillGivesALine) {
  EXPECT_EQ(printed({.name = "pressure_seen", .fields = {}}),
            "⚠️  Memory pressure detected: unknown\n");
  EXPECT_EQ(printed({.name = "pressure_seen", .fields = {{"reason", true}}}),
            "⚠️  Memory pressure detected: unknown\n");
  EXPECT_EQ(printed({.name = "cache_cleared", .fields = {{"freed_bytes", 1.5}}}),
            "✅ CoreML cache cleared successfully (0 B freed)\n");
}

TEST(HumanSink, AHostileReasonIsOneLineWithoutWhatATerminalActsOn) {
  EXPECT_EQ(printed(pressure_seen("low\r\n✅ all is well\x1b[2J\x07\x7f\xc2\x9bK\xff")),
            "⚠️  Memory pressure detected: low ✅ all is well [2J K\xEF\xBF\xBD\n");
}

TEST(HumanSink, AReasonOfTenKilobytesIsCut) {
  const std::string line = printed(pressure_seen(std::string(10'000, 'x')));
  EXPECT_EQ(std::ranges::count(line, 'x'), 200);
  EXPECT_TRUE(line.ends_with("…\n"));
}

}  // namespace
}  // namespace papr::cli
