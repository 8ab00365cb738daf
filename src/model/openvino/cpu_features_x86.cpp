// SPDX-License-Identifier: Apache-2.0
#include <cpuid.h>

#include <array>

#include "cpu_features.h"

namespace papr {
namespace {

// XCR0: which registers the operating system saves. AVX and AMX cannot be used without, whatever
// the CPU has. By hand, because the intrinsic is there for builds with -mxsave alone.
std::string enabled_by_the_system() {
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & bit_OSXSAVE) == 0) return "none";
  __asm__ volatile("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
  return std::to_string(eax) + ' ' + std::to_string(edx);
}

}  // namespace

std::string cpu_features() {
  struct Leaf {
    unsigned leaf;
    unsigned subleaf;
    std::array<bool, 4> kept;  // of eax, ebx, ecx, edx; leaf 1's ebx has the number of the core
  };
  constexpr std::array<Leaf, 3> kLeaves = {{{1, 0, {true, false, true, true}},
                                            {7, 0, {false, true, true, true}},
                                            {7, 1, {true, true, true, true}}}};
  std::string text;
  for (const Leaf& leaf : kLeaves) {
    std::array<unsigned, 4> words{};
    __get_cpuid_count(leaf.leaf, leaf.subleaf, words.data(), &words[1], &words[2], &words[3]);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (leaf.kept[i]) text += std::to_string(words[i]) + ' ';
    }
  }
  return text + enabled_by_the_system();
}

}  // namespace papr
