// SPDX-License-Identifier: Apache-2.0
#include "operations_report.h"

#include <gtest/gtest.h>

#include <limits>

namespace papr::cli {
namespace {

using enum Placement;

TEST(OperationsReport, WhatKeepsAModelOffTheNeuralEngineComesFirstTheMostCostlyOnTop) {
  const std::string text = text_of({{.type = "ios17.linear",
                                     .name = "y",
                                     .weight = 0.7,
                                     .preferred = kNeuralEngine,
                                     .supported = {kCpu, kNeuralEngine}},
                                    {.type = "ios17.gather",
                                     .name = "small",
                                     .weight = 0.1,
                                     .preferred = kCpu,
                                     .supported = {kCpu}},
                                    {.type = "ios17.cumsum",
                                     .name = "large",
                                     .weight = 0.2,
                                     .preferred = kCpu,
                                     .supported = {kCpu, kGpu}}});
  EXPECT_EQ(
      text,
      "operations   3; 1 on neural_engine (70.0 % of the work); 2 on cpu (30.0 % of the work)\n"
      "  work     runs on         could run on              operation\n"
      "  20.0 %   cpu             cpu, gpu                  ios17.cumsum large\n"
      "  10.0 %   cpu             cpu                       ios17.gather small\n"
      "  70.0 %   neural_engine   cpu, neural_engine        ios17.linear y\n");
}

TEST(OperationsReport, WhatTheRuntimeDoesNotSayIsNoNumber) {
  const std::string text =
      text_of({{.type = "a", .weight = std::nullopt},
               {.type = "b\nc", .weight = std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_EQ(text,
            "operations   2; 2 on unknown\n"
            "  work     runs on         could run on              operation\n"
            "  -        unknown         -                         a \n"
            "  -        unknown         -                         b c \n");
  EXPECT_EQ(text_of(std::vector<PlannedOperation>{}), "operations   0\n");
}

TEST(OperationsReport, JsonHasThemInTheOrderOfTheModel) {
  const Json json = json_of(
      {{.type = "a", .name = "x", .weight = 0.5, .preferred = kGpu, .supported = {kCpu, kGpu}},
       {.type = "b"}});
  EXPECT_EQ(json.dump(),
            R"([{"type":"a","name":"x","weight":0.5,"preferred":"gpu","supported":["cpu","gpu"]},)"
            R"({"type":"b","name":"","weight":null,"preferred":"unknown","supported":[]}])");
}

}  // namespace
}  // namespace papr::cli
