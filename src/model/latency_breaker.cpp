// SPDX-License-Identifier: Apache-2.0
#include "latency_breaker.h"

#include <algorithm>
#include <utility>

namespace papr {
namespace {

constexpr std::size_t kCalls = 5;
constexpr std::ptrdiff_t kMedian = 3;  // so many slow ones of five put the median over the budget
constexpr std::chrono::milliseconds kFirstWait = std::chrono::seconds(5);
constexpr std::chrono::milliseconds kLongestWait = std::chrono::minutes(5);

}  // namespace

CallRoute LatencyBreaker::route(SteadyTime now, PressureLevel shortage) {
  shortage_ = shortage;
  if (!open_) return CallRoute::kLocal;
  if (!probing_ && shortage < slow_at_) {
    slow_at_ = shortage;  // Only lower: memory that comes and goes is worth one probe, not many.
    due_ = std::min(due_, now);
  }
  if (now < due_) return CallRoute::kElsewhere;
  // Due again while a probe is out: that one is lost.
  probing_ = true;
  due_ = now + wait_;
  return CallRoute::kProbe;
}

bool LatencyBreaker::record(CallRoute route, std::chrono::nanoseconds latency, SteadyTime now) {
  return judge(route, latency > budget_, now);
}

bool LatencyBreaker::record_failure(CallRoute route, SteadyTime now) {
  return judge(route, true, now);
}

void LatencyBreaker::forget(CallRoute route) noexcept {
  if (route != CallRoute::kProbe || !probing_) return;
  probing_ = false;
  due_ -= wait_;
}

bool LatencyBreaker::judge(CallRoute route, bool slow, SteadyTime now) {
  if (open_) {
    if (route != CallRoute::kProbe || !probing_) return false;
    probing_ = false;
    if (slow) {
      judge_slow_probe(now);
      return false;
    }
    open_ = false;
    thrown_out_ = false;
    slow_.clear();
    return true;
  }
  if (route == CallRoute::kElsewhere) return false;
  slow_.push_back(slow);
  if (slow_.size() > kCalls) slow_.pop_front();
  if (std::ranges::count(slow_, true) < kMedian) return false;
  open_ = true;
  slow_at_ = shortage_;
  thrown_out_ = shortage_ != PressureLevel::kNormal;
  wait_from(now, kFirstWait);
  return true;
}

void LatencyBreaker::judge_slow_probe(SteadyTime now) {
  if (std::exchange(thrown_out_, false)) {
    due_ = now;
    return;
  }
  thrown_out_ = shortage_ != PressureLevel::kNormal;
  wait_from(now, std::min(wait_ * 2, kLongestWait));
}

void LatencyBreaker::wait_from(SteadyTime now, std::chrono::milliseconds wait) {
  wait_ = wait;
  due_ = now + wait;
}

}  // namespace papr
