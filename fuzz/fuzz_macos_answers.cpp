// SPDX-License-Identifier: Apache-2.0
// An input is what the kernel answers: code and size of each call, a byte each, then the bytes that
// came, one call after the other.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>

#include "../src/pressure/macos_answers.h"

namespace {

using Bytes = std::span<const std::uint8_t>;

void require(bool sound) {
  if (!sound) std::abort();
}

std::uint8_t take(Bytes& rest) {
  if (rest.empty()) return 0;
  const std::uint8_t byte = rest.front();
  rest = rest.subspan(1);
  return byte;
}

papr::KernelAnswer take_answer(Bytes& rest) {
  const int code = static_cast<std::int8_t>(take(rest));
  return {.code = code, .size = take(rest)};
}

void fill(Bytes& rest, void* to, std::size_t size) {
  const std::size_t taken = std::min(size, rest.size());
  if (taken > 0) std::memcpy(to, rest.data(), taken);
  rest = rest.subspan(taken);
}

void check_source_of_each(const papr::MacosAnswers& answers, const papr::MemorySample& sample) {
  const int level = sample.kernel_level.value_or(1);
  require(level == 1 || level == 2 || level == 4);
  const double percent = sample.free_percent.value_or(0);
  require(percent >= 0 && percent <= 100);
  require(!sample.kernel_level || answers.kernel_level.answer.code == 0);
  require(!sample.swap_used_bytes || answers.swap_usage.answer.code == 0);
  require(!sample.swap_outs || (answers.vm.code == 0 && answers.vm.size >= 32));
  require(!sample.page_ins || (answers.vm.code == 0 && answers.vm.size >= 10));
  require(!sample.free_percent || answers.vm.code == 0 || answers.free_percent.answer.code == 0);
  require(sample.page_size_bytes != 0);
  require(sample.free_percent || sample.kernel_level || sample.swap_ins);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Bytes rest(data, size);
  papr::MacosAnswers answers;
  answers.vm = take_answer(rest);
  answers.page_size_bytes = std::uint64_t{take(rest)} << 8;
  for (auto* sysctl : {&answers.free_percent, &answers.kernel_level, &answers.swap_usage}) {
    sysctl->answer = take_answer(rest);
    fill(rest, sysctl->bytes.data(), std::min(sysctl->answer.size, sysctl->bytes.size()));
  }
  fill(rest, answers.vm_words.data(), sizeof answers.vm_words);
  if (const auto sample = papr::sample_of_kernel(answers)) check_source_of_each(answers, *sample);
  return 0;
}
