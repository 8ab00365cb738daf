// SPDX-License-Identifier: Apache-2.0
#include "config_file.h"

#include <gtest/gtest.h>

#include "../base/temporary_folder.h"

namespace papr::cli {
namespace {

TEST(ParseConfig, TakesTextNumbersAndTruths) {
  const auto settings = parse_config(R"(
# a comment
pressure_source = "linux"
pressure_warn_free_percent = 35
pressure_critical_free_percent = 12.5
allow_cpu = true
unload_on_critical = false
)");
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_EQ(*settings, (ConfigSettings{{"PAPR_PRESSURE_SOURCE", "linux"},
                                       {"PAPR_PRESSURE_WARN_FREE_PERCENT", "35"},
                                       {"PAPR_PRESSURE_CRITICAL_FREE_PERCENT", "12.5"},
                                       {"PAPR_ALLOW_CPU", "1"},
                                       {"PAPR_UNLOAD_ON_CRITICAL", "0"}}));
}

TEST(ParseConfig, AnEmptyFileSetsNothing) { EXPECT_TRUE(parse_config("")->empty()); }

struct Mistake {
  const char* text;
  ErrorCode code;
  const char* says;
};

class ConfigMistake : public testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistake, IsNamedWithItsLineAndARemedy) {
  const auto settings = parse_config(GetParam().text);
  ASSERT_FALSE(settings);
  EXPECT_EQ(settings.error().code, GetParam().code);
  EXPECT_NE(settings.error().message.find(GetParam().says), std::string::npos)
      << settings.error().message;
  EXPECT_NE(settings.error().remedy, "");
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, ConfigMistake,
    testing::Values(
        Mistake{"cloud = never", ErrorCode::kCorrupt, "line 1"},
        Mistake{"cloud = \"never\"\nhedge = 1", ErrorCode::kInvalidArgument, "line 2: no setting"},
        Mistake{"PAPR_CLOUD = \"never\"", ErrorCode::kInvalidArgument, "\"PAPR_CLOUD\""},
        Mistake{"memory_api_key = \"sk-1\"", ErrorCode::kInvalidArgument, "\"memory_api_key\""},
        Mistake{"\n\nmodel = [1]", ErrorCode::kInvalidArgument, "line 3: \"model\""},
        Mistake{"[cloud]\nx = 1", ErrorCode::kInvalidArgument, "\"cloud\" is no text"}));

class ConfigFile : public testing::Test {
 protected:
  // Of a user whose home is the folder.
  Environment environment() {
    return [this](const char* name) -> std::optional<std::string> {
      if (std::string_view(name) == "HOME") return folder_.path().string();
      if (std::string_view(name) == "PAPR_CLOUD") return "never";
      return std::nullopt;
    };
  }

  std::filesystem::path path() { return *user_config_folder(environment()) / "config.toml"; }

  void write(const std::string& text) {
    folder_.write(path().lexically_relative(folder_.path()).string(), text);
  }

  TemporaryFolder folder_;
};

TEST_F(ConfigFile, SetsWhatTheEnvironmentDoesNot) {
  write("cloud = \"only\"\nstore = \"/from/the/file\"\nmodel = \"\"\n");
  const auto both = with_config_file(environment());
  ASSERT_TRUE(both) << both.error().message;
  EXPECT_EQ((*both)("PAPR_CLOUD"), "never");
  EXPECT_EQ((*both)("PAPR_STORE"), "/from/the/file");
  EXPECT_EQ((*both)("PAPR_MODEL"), std::nullopt);
  EXPECT_EQ((*both)("PAPR_APP_ID"), std::nullopt);
}

TEST_F(ConfigFile, NeedNotBeThere) {
  const auto both = with_config_file(environment());
  ASSERT_TRUE(both);
  EXPECT_EQ((*both)("PAPR_CLOUD"), "never");
  EXPECT_TRUE(with_config_file([](const char*) { return std::nullopt; }));
}

TEST_F(ConfigFile, WithAMistakeIsNamed) {
  write("clod = 1\n");
  const auto both = with_config_file(environment());
  ASSERT_FALSE(both);
  EXPECT_NE(both.error().message.find(path().string()), std::string::npos) << both.error().message;
}

}  // namespace
}  // namespace papr::cli
