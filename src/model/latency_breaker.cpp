// SPDX-License-Identifier: Apache-2.0
#include "latency_breaker.h"

#include <algorithm>

namespace papr {
namespace {

constexpr std::size_t kCalls = 5;
constexpr std::ptrdiff_t kMedian = 3;  // so many slow ones of five put the median over the budget
constexpr std::chrono::milliseconds kFirstWait = std::chrono::seconds(5);
constexpr std::chrono::milliseconds kLongestWait = std::chrono::minutes(5);

}  // namespace

CallRoute LatencyBreaker::route(SteadyTime now, bool pressure_active) {
  if (!open_) return CallRoute::kLocal;
  if (now < due_ || pressure_active) return CallRoute::kElsewhere;
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
      wait_from(now, std::min(wait_ * 2, kLongestWait));
      return false;
    }
    open_ = false;
    slow_.clear();
    return true;
  }
  if (route == CallRoute::kElsewhere) return false;
  slow_.push_back(slow);
  if (slow_.size() > kCalls) slow_.pop_front();
  if (std::ranges::count(slow_, true) < kMedian) return false;
  open_ = true;
  wait_from(now, kFirstWait);
  return true;
}

void LatencyBreaker::wait_from(SteadyTime now, std::chrono::milliseconds wait) {
  wait_ = wait;
  due_ = now + wait;
}

}  // namespace papr
