// SPDX-License-Identifier: Apache-2.0
// A text that may lack its last line, which holds a checksum: that one is put right.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "../src/coreml_cache/compiled_models/remembered_hashes.h"
#include "../src/coreml_cache/compiled_models/text_fields.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const std::string& one : {text, papr::with_checksum(text)}) {
    const auto written = papr::RememberedHashes::parse(one).text();
    // What was accepted is read back the same; what was not is empty, and that too.
    if (papr::RememberedHashes::parse(written).text() != written) std::abort();
  }
  return 0;
}
