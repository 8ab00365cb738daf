// SPDX-License-Identifier: Apache-2.0
// A text that may lack its last line, which holds a checksum: that one is put right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../src/coreml_cache/compiled_models/compiled_model_key.h"
#include "../src/coreml_cache/compiled_models/manifest.h"
#include "../src/coreml_cache/compiled_models/text_fields.h"

namespace {

// What is accepted is written and read back the same, byte for byte.
void check(std::string_view text) {
  const auto manifest = papr::parse_manifest(text);
  if (!manifest) return;
  if (papr::text_of(*manifest) != text) std::abort();
  if (papr::difference(*manifest, manifest->files)) std::abort();
  for (const auto& file : manifest->files) {
    if (file.path.empty() || file.sha256.size() != 64) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text);
  check(papr::with_checksum(std::string(text)));
  if (const auto key = papr::ModelKey::parse(text); key && key->name() != text) std::abort();
  return 0;
}
