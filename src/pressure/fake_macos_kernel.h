// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cerrno>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "macos_answers.h"
#include "macos_kernel.h"

namespace papr {

/// What a Mac's kernel answers, to be changed and looked at while a source holds its kernel.
struct FakeMacosState {
  struct Sysctl {
    int code = 0;
    std::vector<std::byte> bytes;
  };

  FakeMacosState() {
    put_int("kern.memorystatus_level", 66);
    put_int("kern.memorystatus_vm_pressure_level", 1);
    put_swap(1024, 512);
    words[vm_word::kFree] = 1000;
    words[vm_word::kActive] = 3000;
    words[vm_word::kInactive] = 2000;
    words[vm_word::kWired] = 1500;
    words[vm_word::kPageIns] = 76;
    words[vm_word::kPageOuts] = 29;
    words[vm_word::kSpeculative] = 400;
    words[vm_word::kSwapIns] = 7;
    words[vm_word::kSwapOuts] = 16;
    words[vm_word::kCompressor] = 500;
  }

  void put_int(const std::string& name, std::int32_t value) { put(name, &value, sizeof value); }
  void put_swap(std::uint64_t total, std::uint64_t used) {
    const std::uint64_t usage[] = {total, total - used, used, 16384};
    put("vm.swapusage", usage, sizeof usage);
  }
  void put(const std::string& name, const void* data, std::size_t size) {
    const auto* const bytes = static_cast<const std::byte*>(data);
    sysctls[name] = {.code = 0, .bytes = {bytes, bytes + size}};
  }
  void refuse(const std::string& name, int code) { sysctls[name] = {.code = code, .bytes = {}}; }

  std::map<std::string, Sysctl> sysctls;
  std::vector<std::int32_t> words = std::vector<std::int32_t>(40);  ///< as many as it has
  int vm_code = 0;                    ///< when not 0, the answer to each call of the statistics
  std::size_t claims = 0;             ///< when not 0, how many words it says came
  std::deque<std::size_t> too_large;  ///< first -307 with each of these sizes
  std::size_t sdk_words = 40;
  std::uint64_t page_size_bytes = 16384;
  std::vector<std::size_t> offered{};  ///< in each call, in order
};

/// The state outlives it. Like the real one it fills no word beyond those offered, and what it does
/// not fill it leaves as it was.
class FakeMacosKernel final : public MacosKernel {
 public:
  explicit FakeMacosKernel(FakeMacosState& state) : state_(state) {}

  KernelAnswer read_sysctl(const char* name, std::span<std::byte> out) override {
    const auto found = state_.sysctls.find(name);
    if (found == state_.sysctls.end()) return {.code = ENOENT};
    const auto& [code, bytes] = found->second;
    if (code != 0) return {.code = code};
    if (bytes.size() > out.size()) return {.code = ENOMEM};
    std::ranges::copy(bytes, out.begin());
    return {.size = bytes.size()};
  }

  KernelAnswer read_vm_statistics(VmWords& words, std::size_t offered) override {
    state_.offered.push_back(offered);
    if (state_.vm_code != 0) return {.code = state_.vm_code};
    const std::size_t given = std::min(offered, state_.words.size());
    std::copy_n(state_.words.begin(), given, words.begin());
    if (state_.too_large.empty()) return {.size = state_.claims != 0 ? state_.claims : given};
    const std::size_t wanted = state_.too_large.front();
    state_.too_large.pop_front();
    return {.code = kArrayTooLarge, .size = wanted};
  }

  [[nodiscard]] std::size_t vm_words_of_sdk() const noexcept override { return state_.sdk_words; }
  [[nodiscard]] std::uint64_t page_size_bytes() const noexcept override {
    return state_.page_size_bytes;
  }

 private:
  FakeMacosState& state_;
};

}  // namespace papr
