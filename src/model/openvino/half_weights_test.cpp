// SPDX-License-Identifier: Apache-2.0
// What is done with OpenVINO and not documented by it: the mark of scope.cpp.
#include <gtest/gtest.h>

#include <map>
#include <openvino/core/model.hpp>
#include <openvino/runtime/compiled_model.hpp>
#include <openvino/runtime/core.hpp>
#include <openvino/runtime/properties.hpp>
#include <string>

#include "../../base/file_reader.h"
#include "package.h"
#include "translate.h"

namespace papr {
namespace {

// Bytes of the constants, by element type, in the graph that is really executed.
std::map<std::string, std::size_t> constant_bytes(const ov::CompiledModel& compiled) {
  std::map<std::string, std::size_t> bytes;
  for (const auto& node : compiled.get_runtime_model()->get_ordered_ops()) {
    const auto& info = node->get_rt_info();
    const auto kind = info.find("layerType");
    if (kind == info.end() || kind->second.as<std::string>() != "Const") continue;
    bytes[node->get_output_element_type(0).get_type_name()] +=
        ov::shape_size(node->get_output_shape(0)) * node->get_output_element_type(0).size();
  }
  return bytes;
}

TEST(HalfWeights, StayHalvesInTheCompiledModel) {
  const auto reader = make_disk_file_reader();
  const auto package =
      read_package(*reader, PAPR_MODELS_DIR "/all-MiniLM-L6-v2/all-MiniLM-L6-v2.mlpackage");
  ASSERT_TRUE(package) << package.error().message;
  const auto translated = translate_program(*reader, *package);
  ASSERT_TRUE(translated) << translated.error().message;
  const auto compiled = ov::Core().compile_model(translated->graph, "CPU",
                                                 ov::hint::inference_precision(ov::element::f32));
  const auto bytes = constant_bytes(compiled);
  std::string all;
  for (const auto& [type, count] : bytes) all += type + "=" + std::to_string(count) + " ";
  const auto halves = bytes.find("f16");
  ASSERT_NE(halves, bytes.end()) << all;
  // The word embeddings alone are 30522 × 384 × 2 = 23 MB.
  EXPECT_GT(halves->second, 23'000'000u) << all;
  const auto floats = bytes.find("f32");
  EXPECT_LT(floats == bytes.end() ? 0 : floats->second, 2'000'000u) << all;
}

}  // namespace
}  // namespace papr
