// SPDX-License-Identifier: Apache-2.0
#include "classify.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "../base/size_text.h"

namespace papr {
namespace {

using Count = std::optional<std::uint64_t>;

// "1,000 pages/s in, 2,000 out", without what is not known.
std::string in_and_out(Count in, Count out, std::string_view unit) {
  if (!in) return fmt::format("{} {} out", with_thousands(out.value_or(0)), unit);
  const std::string text = fmt::format("{} {} in", with_thousands(*in), unit);
  return out ? fmt::format("{}, {} out", text, with_thousands(*out)) : text;
}

bool above(const Count& count, std::uint64_t limit) { return count && *count > limit; }
bool above(const std::optional<double>& rate, double limit) { return rate && *rate > limit; }
bool at_most(const std::optional<double>& share, double limit) { return share && *share <= limit; }
bool at_least(const std::optional<double>& share, double limit) { return share && *share >= limit; }

std::optional<double> rate_of(Count now, Count before, std::chrono::duration<double> passed) {
  if (!now || !before || *now < *before) return std::nullopt;
  if (passed < kShortestRateWindow || passed > kLongestRateWindow) return std::nullopt;
  return static_cast<double>(*now - *before) / passed.count();
}

class Causes {
 public:
  enum class When { kNow, kSinceBoot };

  void add(PressureLevel level, When when, const std::string& text) {
    std::string& list = level == PressureLevel::kCritical ? critical_ : warn_;
    if (!list.empty()) list += "; ";
    list += text;
    now_ = now_ || when == When::kNow;
  }

  void conclude(PressureVerdict& verdict) && {
    if (critical_.empty() && warn_.empty()) return;
    verdict.level = critical_.empty() ? PressureLevel::kWarn : PressureLevel::kCritical;
    verdict.state = now_ ? PressureState::kActive : PressureState::kHistoryOnly;
    verdict.reason = std::move(critical_);
    if (!verdict.reason.empty() && !warn_.empty()) verdict.reason += "; ";
    verdict.reason += warn_;
  }

 private:
  std::string critical_;
  std::string warn_;
  bool now_ = false;
};

using enum PressureLevel;
using enum Causes::When;

void judge_free(const MemorySample& sample, const PressureThresholds& limits, Causes& causes) {
  if (at_most(sample.free_percent, limits.critical_free_percent)) {
    causes.add(kCritical, kNow,
               fmt::format("Very low free memory ({:.1f}%)", *sample.free_percent));
  } else if (at_most(sample.free_percent, limits.warn_free_percent)) {
    causes.add(kWarn, kNow, fmt::format("Low free memory ({:.1f}%)", *sample.free_percent));
  }
}

void judge_kernel(const MemorySample& sample, Causes& causes) {
  const int level = sample.kernel_level.value_or(1);
  if (level >= 4) {
    causes.add(kCritical, kNow, "Kernel reports critical memory pressure");
  } else if (level >= 2) {
    causes.add(kWarn, kNow, "Kernel reports memory pressure");
  }
}

void judge_rates(const PressureVerdict& verdict, double limit, Causes& causes) {
  const auto whole = [](const std::optional<double>& rate) {
    return rate ? Count(static_cast<std::uint64_t>(*rate)) : std::nullopt;
  };
  if (!above(verdict.swap_in_pages_per_s, limit) && !above(verdict.swap_out_pages_per_s, limit)) {
    return;
  }
  causes.add(
      kWarn, kNow,
      fmt::format("Swapping now ({})", in_and_out(whole(verdict.swap_in_pages_per_s),
                                                  whole(verdict.swap_out_pages_per_s), "pages/s")));
}

void judge_stalls(const MemorySample& sample, const PressureThresholds& limits, Causes& causes) {
  if (at_least(sample.full_stall_percent_10s, limits.critical_stall_percent)) {
    causes.add(kCritical, kNow,
               fmt::format("All tasks stalled for memory ({:.1f}% of 10 s)",
                           *sample.full_stall_percent_10s));
  }
  if (at_least(sample.some_stall_percent_10s, limits.warn_stall_percent)) {
    causes.add(
        kWarn, kNow,
        fmt::format("Tasks stalled for memory ({:.1f}% of 10 s)", *sample.some_stall_percent_10s));
  }
}

// Returns whether there was much.
bool judge_swap_counts(const MemorySample& sample, const SwapBaseline& baseline,
                       std::uint64_t limit, Causes& causes) {
  const bool valid = sample.swap_ins.value_or(baseline.swap_ins) >= baseline.swap_ins &&
                     sample.swap_outs.value_or(baseline.swap_outs) >= baseline.swap_outs;
  const SwapBaseline from = valid ? baseline : SwapBaseline{};
  const auto since = [](Count count, std::uint64_t start) {
    return count ? Count(*count - start) : std::nullopt;
  };
  const Count ins = since(sample.swap_ins, from.swap_ins);
  const Count outs = since(sample.swap_outs, from.swap_outs);
  if (!above(ins, limit) && !above(outs, limit)) return false;
  causes.add(kWarn, kSinceBoot,
             fmt::format("Heavy swap activity ({}{})", in_and_out(ins, outs, "pages"),
                         from == SwapBaseline{} ? "" : " since the last clear"));
  return true;
}

std::string reason_for_calm(const MemorySample& sample) {
  if (sample.free_percent) return fmt::format("Enough free memory ({:.1f}%)", *sample.free_percent);
  return "No sign of memory pressure";
}

}  // namespace

bool swap_went_back(const MemorySample& sample, const MemorySample& previous) noexcept {
  return (sample.swap_ins && previous.swap_ins && *sample.swap_ins < *previous.swap_ins) ||
         (sample.swap_outs && previous.swap_outs && *sample.swap_outs < *previous.swap_outs);
}

PressureVerdict classify(const MemorySample& sample, const MemorySample* previous,
                         const SwapBaseline& baseline, const PressureThresholds& thresholds) {
  PressureVerdict verdict;
  verdict.swap_in_pages_per_s = sample.swap_in_pages_per_s;
  verdict.swap_out_pages_per_s = sample.swap_out_pages_per_s;
  if (previous != nullptr && !swap_went_back(sample, *previous)) {
    const auto passed = sample.counted_at.value_or(sample.taken_at) -
                        previous->counted_at.value_or(previous->taken_at);
    if (!verdict.swap_in_pages_per_s) {
      verdict.swap_in_pages_per_s = rate_of(sample.swap_ins, previous->swap_ins, passed);
    }
    if (!verdict.swap_out_pages_per_s) {
      verdict.swap_out_pages_per_s = rate_of(sample.swap_outs, previous->swap_outs, passed);
    }
  }
  Causes causes;
  judge_free(sample, thresholds, causes);
  judge_kernel(sample, causes);
  judge_stalls(sample, thresholds, causes);
  judge_rates(verdict, thresholds.swap_pages_per_s, causes);
  verdict.swapped_much = judge_swap_counts(sample, baseline, thresholds.swap_pages, causes);
  std::move(causes).conclude(verdict);
  if (verdict.reason.empty()) verdict.reason = reason_for_calm(sample);
  if (!sample.caveat.empty()) verdict.reason.append("; ").append(sample.caveat);
  return verdict;
}

}  // namespace papr
