// SPDX-License-Identifier: Apache-2.0
#include "pressure_settings.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace papr::cli {
namespace {

Environment environment_of(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const char* name) -> std::optional<std::string> {
    const auto value = values.find(name);
    return value == values.end() ? std::nullopt : std::optional(value->second);
  };
}

TEST(PressureSettings, AreThoseOfTheSeedWhereNothingIsSet) {
  const auto options = pressure_options("", environment_of({}));
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->source, "");
  EXPECT_EQ(options->thresholds.warn_free_percent, 40);
  EXPECT_EQ(options->thresholds.critical_free_percent, 20);
  EXPECT_EQ(options->thresholds.swap_pages, 100'000'000u);
}

TEST(PressureSettings, EachVariableIsHeardAndTheOptionGoesBeforeIt) {
  const Environment environment = environment_of({{"PAPR_PRESSURE_SOURCE", "file:/a"},
                                                  {"PAPR_PRESSURE_WARN_FREE_PERCENT", "50.5"},
                                                  {"PAPR_PRESSURE_CRITICAL_FREE_PERCENT", "0"},
                                                  {"PAPR_PRESSURE_SWAP_PAGES", "7"}});
  const auto options = pressure_options("", environment);
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->source, "file:/a");
  EXPECT_EQ(options->thresholds.warn_free_percent, 50.5);
  EXPECT_EQ(options->thresholds.critical_free_percent, 0);
  EXPECT_EQ(options->thresholds.swap_pages, 7u);
  EXPECT_EQ(pressure_options("none", environment).value().source, "none");
}

TEST(PressureSettings, AValueThatCannotBeUnderstoodIsAnErrorThatNamesTheVariable) {
  const std::pair<const char*, const char*> cases[] = {
      {"PAPR_PRESSURE_SOURCE", "nonsense"},
      {"PAPR_PRESSURE_SOURCE", "file:"},
      {"PAPR_PRESSURE_WARN_FREE_PERCENT", "forty"},
      {"PAPR_PRESSURE_WARN_FREE_PERCENT", "40%"},
      {"PAPR_PRESSURE_WARN_FREE_PERCENT", " 40"},
      {"PAPR_PRESSURE_WARN_FREE_PERCENT", "40,5"},
      {"PAPR_PRESSURE_CRITICAL_FREE_PERCENT", "-1"},
      {"PAPR_PRESSURE_CRITICAL_FREE_PERCENT", "101"},
      {"PAPR_PRESSURE_CRITICAL_FREE_PERCENT", "nan"},
      {"PAPR_PRESSURE_SWAP_PAGES", "1e8"},
      {"PAPR_PRESSURE_SWAP_PAGES", "-1"},
      {"PAPR_PRESSURE_SWAP_PAGES", "99999999999999999999"}};
  for (const auto& [name, value] : cases) {
    const auto options = pressure_options("", environment_of({{name, value}}));
    ASSERT_FALSE(options) << name << "=" << value;
    EXPECT_EQ(options.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(options.error().message.find(name), std::string::npos) << options.error().message;
    EXPECT_NE(options.error().remedy, "");
  }
}

}  // namespace
}  // namespace papr::cli
