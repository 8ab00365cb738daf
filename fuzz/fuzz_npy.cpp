// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "../src/model/npy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  const auto array = papr::parse_npy(file);
  if (!array) {
    if (array.error().remedy.empty() || array.error().message.contains('\n')) std::abort();
    return 0;
  }
  // The values are the end of the file and fill the shape.
  if (array->bytes.size() > size ||
      array->bytes.data() + array->bytes.size() != file.data() + size) {
    std::abort();
  }
  const bool empty = std::ranges::find(array->shape, 0) != array->shape.end();
  if (empty != array->bytes.empty()) std::abort();
  // What we write of it is read as the same array.
  std::string again = papr::npy_header(array->type, array->shape);
  again.append(reinterpret_cast<const char*>(array->bytes.data()), array->bytes.size());
  const auto same = papr::parse_npy(std::as_bytes(std::span(again)));
  if (!same || same->shape != array->shape || same->type != array->type) std::abort();
  return 0;
}
