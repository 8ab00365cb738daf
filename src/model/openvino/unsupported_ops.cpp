// SPDX-License-Identifier: Apache-2.0
// What coremltools knows and is not translated, with what to do instead.
#include "op_table.h"

namespace papr {
namespace {

constexpr std::string_view kUnroll = "write its rounds out, or give the model the longest case";
constexpr std::string_view kNoList = "hold the list as one tensor: concat, stack, gather, scatter";
constexpr std::string_view kRandom = "give the random numbers as an input";
constexpr std::string_view kRecurrent = "write its steps out, or run this part on macOS";
constexpr std::string_view kPlane = "use resample, resize or crop, or run this part on macOS";

constexpr OpEntry unsupported(std::string_view type, std::string_view instead) {
  return {.type = type, .operands = "", .translate = nullptr, .openvino = instead};
}

}  // namespace

std::span<const OpEntry> unsupported_ops() {
  static constexpr OpEntry kOps[] = {
      unsupported("affine", kPlane),
      unsupported("classify", "take the probabilities as output, and the labels outside"),
      unsupported("cond", "compute both sides and select"),
      unsupported("conv_quantized", "quantise the weight: constexpr_affine_dequantize, conv"),
      unsupported("crop_resize", kPlane),
      unsupported("gru", kRecurrent),
      unsupported("list_gather", kNoList),
      unsupported("list_length", kNoList),
      unsupported("list_read", kNoList),
      unsupported("list_scatter", kNoList),
      unsupported("list_write", kNoList),
      unsupported("make_list", kNoList),
      unsupported("non_maximum_suppression",
                  "take boxes and scores as outputs, and suppress outside"),
      unsupported("random_bernoulli", kRandom),
      unsupported("random_categorical", kRandom),
      unsupported("random_normal", kRandom),
      unsupported("random_uniform", kRandom),
      unsupported("rnn", kRecurrent),
      unsupported("while_loop", kUnroll),
  };
  return kOps;
}

}  // namespace papr
