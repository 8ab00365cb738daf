// SPDX-License-Identifier: Apache-2.0
// The public functions on the real sources.
#include "papr/pressure.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../base/fake_event_sink.h"
#include "../base/temporary_folder.h"
#include "memory_source.h"

namespace papr {
namespace {

TEST(MakeMemorySource, KnowsEachByName) {
  for (const char* name : {"none", "macos-tools"}) {
    EXPECT_EQ(make_memory_source(name).value()->name(), name);
  }
  EXPECT_EQ(make_memory_source("file:/no/such").value()->name(), "file");
  EXPECT_EQ(make_memory_source("linux").has_value(), !is_macos());
  EXPECT_EQ(make_memory_source("macos").has_value(), is_macos());
}

TEST(MakeMemorySource, ThatOfAnotherSystemIsRefusedWithAnotherName) {
  const auto source = make_memory_source(is_macos() ? "linux" : "macos");
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(source.error().remedy.find("macos-tools"), std::string::npos);
}

TEST(MakeMemorySource, ByDefaultNothingIsReadOffMacos) {
  EXPECT_EQ(make_memory_source("").value()->name(), is_macos() ? "macos" : "none");
}

TEST(MakeMemorySource, AnUnknownOneIsRefusedAndTheOthersAreListed) {
  for (const char* spec : {"x", "None", " none", "file", "file:", "macos-tool", "Macos"}) {
    const auto source = make_memory_source(spec);
    ASSERT_FALSE(source) << spec;
    EXPECT_EQ(source.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(source.error().message.find(spec), std::string::npos);
    for (const char* known : {"none", "macos,", "macos-tools", "linux", "file:PATH"}) {
      EXPECT_NE(source.error().remedy.find(known), std::string::npos);
    }
  }
}

TEST(CheckMemoryPressure, ReadsTheSourceThatIsNamed) {
  const TemporaryFolder folder;
  const auto path = folder.write("p.json", R"({"free_percent":35.2,"swap_used_gb":2})");
  const auto reading = check_memory_pressure({.source = "file:" + path.string(), .thresholds = {}});
  EXPECT_EQ(reading.level, PressureLevel::kWarn);
  EXPECT_EQ(reading.reason, "Low free memory (35.2%)");
  EXPECT_EQ(reading.source, "file");
  EXPECT_EQ(reading.swap_used_gb, 2);
}

TEST(CheckMemoryPressure, NeverFails) {
  for (const std::string source : {"nonsense", "file:/no/such/file"}) {
    FakeEventSink sink;
    const auto reading = check_memory_pressure({.source = source, .thresholds = {}}, &sink);
    EXPECT_EQ(reading.level, PressureLevel::kNormal);
    EXPECT_EQ(reading.state, PressureState::kUnreadable);
    EXPECT_NE(reading.reason.find(source == "nonsense" ? "nonsense" : "/no/such/file"),
              std::string::npos)
        << reading.reason;
    EXPECT_EQ(sink.names(), std::vector<std::string>{"pressure_unreadable"});
  }
}

TEST(LogMemoryPressureWarning, TellsOfWhatIsNotNormalAndOnlyOfThat) {
  FakeEventSink sink;
  log_memory_pressure_warning(PressureReading{}, sink);
  EXPECT_TRUE(sink.names().empty());
  PressureReading reading;
  reading.level = PressureLevel::kWarn;
  reading.state = PressureState::kActive;
  reading.reason = "Low free memory (35.2%)";
  reading.source = "file";
  reading.free_percent = 35.2;
  reading.kernel_level = 2;
  log_memory_pressure_warning(reading, sink);
  ASSERT_EQ(sink.names(), std::vector<std::string>{"pressure_seen"});
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"level", "warn"},  {"reason", "Low free memory (35.2%)"}, {"source", "file"},
      {"active", "true"}, {"free_percent", "35.200000"},         {"kernel_level", "2"}};
  EXPECT_EQ(sink.seen()[0].fields, fields);
}

TEST(PressureNames, AreThoseOfTheJson) {
  EXPECT_EQ(name_of(PressureLevel::kNormal), "normal");
  EXPECT_EQ(name_of(PressureLevel::kWarn), "warn");
  EXPECT_EQ(name_of(PressureLevel::kCritical), "critical");
  EXPECT_EQ(name_of(PressureState::kCalm), "calm");
  EXPECT_EQ(name_of(PressureState::kHistoryOnly), "history_only");
  EXPECT_EQ(name_of(PressureState::kActive), "active");
  EXPECT_EQ(name_of(PressureState::kUnreadable), "unreadable");
}

}  // namespace
}  // namespace papr
