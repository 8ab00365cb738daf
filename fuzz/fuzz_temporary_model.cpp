// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../src/coreml_cache/temporary_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string name(reinterpret_cast<const char*>(data), size);
  const auto model = papr::parse_temporary_model(name);
  if (!model) return 0;
  // What may be deleted ends in .mlmodelc, or names the process that made it.
  if (model->maker_pid) {
    if (*model->maker_pid <= 0 || !name.starts_with("onnxruntime-")) std::abort();
    if (name.find('-' + std::to_string(*model->maker_pid) + '-') == name.npos &&
        name.find("-0") == name.npos) {
      std::abort();
    }
  } else if (!name.ends_with(".mlmodelc")) {
    std::abort();
  }
  // Of a cut name, less is known, not something else.
  const auto cut = papr::parse_temporary_model(std::string_view(name).substr(0, size - 1));
  if (cut && cut->maker_pid != model->maker_pid) std::abort();
  return 0;
}
