// SPDX-License-Identifier: Apache-2.0
#include "macos_source.h"

#include <algorithm>
#include <utility>

#include "macos_answers.h"

namespace papr {
namespace {

class MacosSource final : public MemorySource {
 public:
  explicit MacosSource(std::unique_ptr<MacosKernel> kernel)
      : kernel_(std::move(kernel)), offered_words_(kernel_->vm_words_of_sdk()) {}

  [[nodiscard]] std::string_view name() const noexcept override { return "macos"; }

  Result<MemorySample> sample(SteadyTime now) override {
    auto sample = sample_of_kernel(read());
    if (sample) sample->taken_at = now;
    return sample;
  }

 private:
  MacosAnswers read() {
    MacosAnswers answers;
    read_sysctl("kern.memorystatus_level", answers.free_percent);
    read_sysctl("kern.memorystatus_vm_pressure_level", answers.kernel_level);
    read_sysctl("vm.swapusage", answers.swap_usage);
    answers.vm = read_vm_statistics(answers.vm_words);
    answers.page_size_bytes = kernel_->page_size_bytes();
    return answers;
  }

  void read_sysctl(const char* name, SysctlAnswer& sysctl) {
    sysctl.answer = kernel_->read_sysctl(name, sysctl.bytes);
  }

  // Offered is what the SDK knows and, where the kernel has more, just what it wants: it logs a
  // warning of those who offer more than that.
  KernelAnswer read_vm_statistics(VmWords& words) {
    KernelAnswer answer = kernel_->read_vm_statistics(words, offered_words_);
    while (answer.code == kArrayTooLarge && answer.size > offered_words_ &&
           answer.size <= words.size()) {
      offered_words_ = answer.size;  // Grows each time, so this ends; kept for the next sample.
      words = {};
      answer = kernel_->read_vm_statistics(words, offered_words_);
    }
    answer.size = std::min(answer.size, offered_words_);
    return answer;
  }

  std::unique_ptr<MacosKernel> kernel_;
  std::size_t offered_words_;
};

}  // namespace

std::unique_ptr<MemorySource> make_macos_source(std::unique_ptr<MacosKernel> kernel) {
  return std::make_unique<MacosSource>(std::move(kernel));
}

}  // namespace papr
