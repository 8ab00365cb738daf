// SPDX-License-Identifier: Apache-2.0
#include "temporary_model.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace papr {
namespace {

const std::string kUuid = "0D9F3C1E-72A4-4B8E-9C55-1F0A2B3C4D5E";

TEST(TemporaryModel, IsWhatCoreMlLeavesWhenItCompiles) {
  const auto model = parse_temporary_model("encoder_" + kUuid + ".mlmodelc");
  ASSERT_TRUE(model);
  EXPECT_FALSE(model->maker_pid);
}

TEST(TemporaryModel, IsWhatOnnxRuntimeLeavesAndSaysWhoMadeIt) {
  for (const std::string& end :
       {std::string(), std::string(".model.mlpackage"), std::string(".mlmodelc"),
        ".model_" + kUuid + ".mlmodelc", "_" + kUuid + ".mlmodelc"}) {
    const auto model =
        parse_temporary_model("onnxruntime-" + kUuid + "-4321-000002AE3F4B5C6D" + end);
    ASSERT_TRUE(model) << end;
    EXPECT_EQ(model->maker_pid, 4321);
  }
}

TEST(TemporaryModel, IsNothingThatAPersonMayHaveNamed) {
  const std::vector<std::string> names = {
      "",
      "encoder.mlmodelc",
      "_" + kUuid + ".mlmodelc",
      "encoder_" + kUuid,
      "encoder-" + kUuid + ".mlmodelc",
      "encoder_0D9F3C1E-72A4-4B8E-9C55-1F0A2B3C4D5G.mlmodelc",
      "encoder_0D9F3C1E-72A4-4B8E-9C5501F0A2B3C4D5E.mlmodelc",
      "onnxruntime",
      "onnxruntime-src",
      "onnxruntime-" + kUuid,
      "onnxruntime-" + kUuid + "-",
      "onnxruntime-" + kUuid + "-0-AB",
      "onnxruntime-" + kUuid + "--5-AB",
      "onnxruntime-" + kUuid + "-43-",
      "onnxruntime-" + kUuid + "-43-.mlmodelc",
      "onnxruntime-" + kUuid + "-43-XY",
      "onnxruntime-" + kUuid + "-99999999999999999999-AB",
  };
  for (const std::string& name : names) EXPECT_FALSE(parse_temporary_model(name)) << name;
}

}  // namespace
}  // namespace papr
