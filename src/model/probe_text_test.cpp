// SPDX-License-Identifier: Apache-2.0
#include "probe_text.h"

#include <gtest/gtest.h>

#include <limits>

namespace papr {
namespace {

ModelCheck a_check() {
  return {.backend = "fake",
          .cold_load_ms = 700.5,
          .warm_load_ms = 20,
          .verification = {.placement = Placement::kNeuralEngine,
                           .first_ms = 90,
                           .warm_ms = 7,
                           .budget_ms = 150,
                           .output_ok = false,
                           .problem = "zeros"},
          .operations = {{.type = "ios17.add",
                          .name = "x",
                          .weight = 0.25,
                          .preferred = Placement::kCpu,
                          .supported = {Placement::kCpu, Placement::kGpu}},
                         {.type = "ios17.mul"}},
          .kept = true};
}

TEST(ProbeText, ARequestComesOutAsItWentIn) {
  ProbeRequest sent;
  sent.package = "a b/\xff\"\n.mlpackage";
  sent.compiled_models = "kept";
  sent.budget_ms = 12.5;
  sent.cold_and_warm = true;
  sent.operations = true;
  sent.parent = 77;
  sent.how.units = ComputeUnits::kCpuOnly;
  sent.how.fresh = true;
  sent.how.function = "f";
  const auto got = parse_probe_request(words_of(sent));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->package, sent.package);
  EXPECT_EQ(got->how.units, sent.how.units);
  EXPECT_TRUE(got->how.fresh);
  EXPECT_EQ(got->how.function, "f");
  EXPECT_EQ(got->compiled_models, sent.compiled_models);
  EXPECT_EQ(got->budget_ms, 12.5);
  EXPECT_TRUE(got->cold_and_warm && got->operations);
  EXPECT_EQ(got->parent, 77);
  const auto plain = parse_probe_request(words_of({.package = "p"}));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->how.units, ComputeUnits::kAll);
  EXPECT_FALSE(plain->how.fresh || plain->cold_and_warm || plain->operations);
}

TEST(ProbeText, OtherWordsAreNoRequest) {
  const std::vector<std::vector<std::string>> others = {{},
                                                        {"{}"},
                                                        {"{}", "p"},
                                                        {"{", "p", "f"},
                                                        {"[]", "p", "f"},
                                                        {R"({"units":1e300})", "p", "f"},
                                                        {R"({"units":"NPU"})", "p", "f"},
                                                        {"{}", "p", "f", "more"}};
  for (const auto& words : others) EXPECT_FALSE(parse_probe_request(words));
}

TEST(ProbeText, AnAnswerComesOutAsItWentIn) {
  const auto got = parse_probe_answer(text_of(a_check()));
  ASSERT_TRUE(got && *got);
  const ModelCheck& check = **got;
  EXPECT_EQ(check.backend, "fake");
  EXPECT_EQ(check.cold_load_ms, 700.5);
  EXPECT_EQ(check.warm_load_ms, 20);
  EXPECT_EQ(check.verification.placement, Placement::kNeuralEngine);
  EXPECT_EQ(check.verification.first_ms, 90);
  EXPECT_EQ(check.verification.warm_ms, 7);
  EXPECT_EQ(check.verification.budget_ms, 150);
  EXPECT_FALSE(check.verification.output_ok);
  EXPECT_EQ(check.verification.problem, "zeros");
  EXPECT_TRUE(check.kept);
  ASSERT_EQ(check.operations.size(), 2u);
  EXPECT_EQ(check.operations[0].type, "ios17.add");
  EXPECT_EQ(check.operations[0].weight, 0.25);
  EXPECT_EQ(check.operations[0].supported, (std::vector{Placement::kCpu, Placement::kGpu}));
  EXPECT_FALSE(check.operations[1].weight);
}

TEST(ProbeText, AnErrorComesOutAsItWentIn) {
  for (int code = 0; code <= static_cast<int>(ErrorCode::kUnsupported); ++code) {
    const Error sent{static_cast<ErrorCode>(code), "load: \xff", "do so"};
    const auto got = parse_probe_answer(text_of(std::unexpected(sent)));
    ASSERT_TRUE(got && !*got);
    EXPECT_EQ(got->error().code, sent.code);
    EXPECT_EQ(got->error().message, "load: \xef\xbf\xbd");
    EXPECT_EQ(got->error().remedy, "do so");
  }
}

TEST(ProbeText, WhatIsNotWholeIsNoAnswer) {
  for (const std::string& whole :
       {text_of(a_check()), text_of(fail(ErrorCode::kTimeout, "late"))}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      EXPECT_FALSE(parse_probe_answer(whole.substr(0, length))) << length;
    }
  }
  for (const char* other : {"null", "1", "{}", "[]", R"({"error":{"code":99}})",
                            R"({"error":{"code":-1}})", R"({"verification":1})"}) {
    EXPECT_FALSE(parse_probe_answer(other)) << other;
  }
}

TEST(ProbeText, AWeightThatIsNoNumberIsNone) {
  ModelCheck check;
  check.operations = {{.weight = std::numeric_limits<double>::quiet_NaN()}};
  const auto got = parse_probe_answer(text_of(check));
  ASSERT_TRUE(got && *got);
  EXPECT_FALSE((*got)->operations.front().weight);
}

}  // namespace
}  // namespace papr
