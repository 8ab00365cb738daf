// SPDX-License-Identifier: Apache-2.0
#include "openvino_text.h"

#include <gtest/gtest.h>

namespace papr {
namespace {

TEST(OpenVinoText, LeavesOutThePlacesInItsSources) {
  EXPECT_EQ(
      openvino_text("Exception from src/inference/src/cpp/infer_request.cpp:224:\n"
                    "Exception from src/plugins/intel_cpu/src/graph.cpp:1628:\n"
                    "Node Convert_14 of type GatherElements\n"
                    "Check 'index < axisDimSize' failed at src/nodes/gather_elements.cpp:116:\n"
                    "indices values of GatherElement exceed data size\n"),
      "Node Convert_14 of type GatherElements indices values of GatherElement exceed data size");
}

TEST(OpenVinoText, LeavesThemOutInTheMiddleOfALineToo) {
  EXPECT_EQ(openvino_text("[CPU] node 'T' Exception from src/a/expression.cpp:319:\n"
                          "Shape inference of Add_101 failed: 2:1"),
            "[CPU] node 'T' Shape inference of Add_101 failed: 2:1");
}

TEST(OpenVinoText, IsAllThatThereIsWhereNothingElseIsSaid) {
  EXPECT_EQ(openvino_text("bad allocation"), "bad allocation");
  EXPECT_EQ(openvino_text("Exception from src/a.cpp:1:\n"), "Exception from src/a.cpp:1:");
  EXPECT_EQ(openvino_text(""), "");
}

}  // namespace
}  // namespace papr
