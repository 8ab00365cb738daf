// SPDX-License-Identifier: Apache-2.0
#include "runtime_config.h"

#include <openvino/core/version.hpp>
#include <openvino/runtime/properties.hpp>
#include <vector>

#include "cpu_features.h"

namespace papr {

// Nothing is left to OpenVINO's defaults, which depend on the CPU: where it can, it would compute
// in bf16 and quantise activations.
ov::AnyMap make_config(const BackendOptions& options) {
  const auto precision =
      options.precision == Precision::kBfloat16 ? ov::element::bf16 : ov::element::f32;
  ov::AnyMap config{ov::hint::performance_mode(ov::hint::PerformanceMode::LATENCY),
                    ov::hint::inference_precision(precision),
                    ov::hint::dynamic_quantization_group_size(0)};
  // Kernels are kept per input shape, 5000 by default. 1024 hold those of the lengths that a text
  // model meets in steps of 8; with fewer, lengths that take turns are planned anew each time. The
  // name is internal to the CPU plugin: one that it no longer knew would fail every load.
  config["CPU_RUNTIME_CACHE_CAPACITY"] = 1024;
  if (options.threads > 0) config.insert(ov::inference_num_threads(options.threads));
  return config;
}

std::string compiler_identity(ov::Core& core, const ov::AnyMap& config) {
  std::string text = "translation " PAPR_TRANSLATION_HASH "\n";
  text += std::string("OpenVINO ") + ov::get_openvino_version().buildNumber + '\n';
  text += core.get_property("CPU", ov::device::full_name) + '\n';
  for (const std::string& word : core.get_property("CPU", ov::device::capabilities)) {
    text += word + ' ';
  }
  // Virtual machines of one CPU may be given different parts of it.
  text += '\n' + cpu_features() + '\n';
  for (const auto& [name, value] : config) text += name + '=' + value.as<std::string>() + '\n';
  return text;
}

}  // namespace papr
