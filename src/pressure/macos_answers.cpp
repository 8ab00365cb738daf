// SPDX-License-Identifier: Apache-2.0
#include "macos_answers.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "vm_stat_output.h"

namespace papr {
namespace {

std::unexpected<Error> fail_read(std::string_view what, ErrorCode code, std::string_view why) {
  return fail(code, "read " + std::string(what) + ": " + std::string(why));
}

template <class T>
T number_at(const SysctlAnswer& sysctl, std::size_t at) noexcept {
  T number{};
  std::memcpy(&number, sysctl.bytes.data() + at, sizeof number);
  return number;
}

Result<> check_refused(std::string_view name, const SysctlAnswer& sysctl) {
  const int code = sysctl.answer.code;
  if (code == 0) return {};
  return fail_read(name, ErrorCode::kUnavailable, std::generic_category().message(code));
}

Result<int> int_in(std::string_view name, const SysctlAnswer& sysctl) {
  if (auto refused = check_refused(name, sysctl); !refused) {
    return std::unexpected(refused.error());
  }
  if (sysctl.answer.size != sizeof(std::int32_t)) {
    return fail_read(name, ErrorCode::kCorrupt,
                     std::to_string(sysctl.answer.size) + " bytes, not 4");
  }
  return number_at<std::int32_t>(sysctl, 0);
}

Result<double> free_percent_in(const SysctlAnswer& sysctl) {
  constexpr std::string_view kName = "kern.memorystatus_level";
  const auto percent = int_in(kName, sysctl);
  if (!percent) return std::unexpected(percent.error());
  if (*percent < 0 || *percent > 100) {
    return fail_read(kName, ErrorCode::kCorrupt, std::to_string(*percent) + " is no percentage");
  }
  return *percent;
}

Result<int> kernel_level_in(const SysctlAnswer& sysctl) {
  constexpr std::string_view kName = "kern.memorystatus_vm_pressure_level";
  const auto level = int_in(kName, sysctl);
  if (!level) return std::unexpected(level.error());
  if (*level != 1 && *level != 2 && *level != 4) {
    return fail_read(kName, ErrorCode::kCorrupt, std::to_string(*level) + " is no level");
  }
  return *level;
}

Result<std::uint64_t> swap_used_in(const SysctlAnswer& sysctl) {
  constexpr std::string_view kName = "vm.swapusage";
  if (auto refused = check_refused(kName, sysctl); !refused) {
    return std::unexpected(refused.error());
  }
  const std::size_t size = sysctl.answer.size;
  if (size < kSwapUsedAt + sizeof(std::uint64_t) || size > sysctl.bytes.size()) {
    return fail_read(kName, ErrorCode::kCorrupt, std::to_string(size) + " bytes");
  }
  const auto total = number_at<std::uint64_t>(sysctl, kSwapTotalAt);
  const auto used = number_at<std::uint64_t>(sysctl, kSwapUsedAt);
  if (used > total) return fail_read(kName, ErrorCode::kCorrupt, "more in use than there is");
  return used;
}

// The statistics that came back; a field that is not wholly among them is nothing.
class VmFields {
 public:
  explicit VmFields(const MacosAnswers& answers) noexcept
      : words_(answers.vm_words), size_(std::min(answers.vm.size, words_.size())) {}

  [[nodiscard]] std::optional<std::uint64_t> pages(std::size_t word) const noexcept {
    return number<std::uint32_t>(word);
  }
  [[nodiscard]] std::optional<std::uint64_t> events(std::size_t word) const noexcept {
    return number<std::uint64_t>(word);
  }

 private:
  template <class T>
  [[nodiscard]] std::optional<std::uint64_t> number(std::size_t word) const noexcept {
    if (word + sizeof(T) / sizeof(std::int32_t) > size_) return std::nullopt;
    T number{};
    std::memcpy(&number, words_.data() + word, sizeof number);
    return number;
  }

  const VmWords& words_;
  std::size_t size_;
};

Result<VmStat> vm_stat_in(const MacosAnswers& answers) {
  constexpr std::string_view kName = "host_statistics64";
  if (answers.vm.code != 0) {
    return fail_read(kName, ErrorCode::kUnavailable,
                     "kern_return_t " + std::to_string(answers.vm.code));
  }
  const VmFields fields(answers);
  VmStat stat{.active = fields.pages(vm_word::kActive),
              .inactive = fields.pages(vm_word::kInactive),
              .speculative = fields.pages(vm_word::kSpeculative),
              .wired = fields.pages(vm_word::kWired),
              .compressor = fields.pages(vm_word::kCompressor),
              .page_ins = fields.events(vm_word::kPageIns),
              .page_outs = fields.events(vm_word::kPageOuts),
              .swap_ins = fields.events(vm_word::kSwapIns),
              .swap_outs = fields.events(vm_word::kSwapOuts)};
  // As vm_stat prints it, in 32 bits like there: free_percent_of() adds the two again.
  if (stat.speculative) {
    stat.free = static_cast<std::uint32_t>(*fields.pages(vm_word::kFree) - *stat.speculative);
  }
  return stat;
}

// Of statistics that came back too short to say anything of pressure.
Error too_few_words(std::size_t words) {
  return {
      ErrorCode::kCorrupt, "read host_statistics64: only " + std::to_string(words) + " words", {}};
}

std::unexpected<Error> fail_all(const std::vector<Error>& errors) {
  const ErrorCode first = errors.front().code;
  bool same = true;
  std::string message;
  for (const Error& error : errors) {
    same = same && error.code == first;
    message += (message.empty() ? "" : "; ") + error.message;
  }
  return fail(same ? first : ErrorCode::kUnavailable, std::move(message),
              "name another source: macos-tools, file:PATH or none");
}

}  // namespace

Result<MemorySample> sample_of_kernel(const MacosAnswers& answers) {
  const auto free_percent = free_percent_in(answers.free_percent);
  const auto kernel_level = kernel_level_in(answers.kernel_level);
  const auto swap_used = swap_used_in(answers.swap_usage);
  const auto stat = vm_stat_in(answers);
  MemorySample sample;
  if (std::has_single_bit(answers.page_size_bytes)) {
    sample.page_size_bytes = answers.page_size_bytes;
  }
  if (kernel_level) sample.kernel_level = *kernel_level;
  if (swap_used) sample.swap_used_bytes = *swap_used;
  if (stat) {
    sample.page_ins = stat->page_ins;
    sample.page_outs = stat->page_outs;
    sample.swap_ins = stat->swap_ins;
    sample.swap_outs = stat->swap_outs;
    sample.free_percent = free_percent_of(*stat);
  }
  if (free_percent) sample.free_percent = *free_percent;
  // How much swap is in use says nothing of pressure: it may be full of what nobody misses.
  if (sample.free_percent || sample.kernel_level || sample.swap_ins) return sample;
  std::vector<Error> errors{free_percent.error(), kernel_level.error(),
                            stat ? too_few_words(answers.vm.size) : stat.error()};
  if (!swap_used) errors.push_back(swap_used.error());
  return fail_all(errors);
}

}  // namespace papr
