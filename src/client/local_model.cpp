// SPDX-License-Identifier: Apache-2.0
#include "local_model.h"

#include <algorithm>
#include <utility>

namespace papr {
namespace {

using namespace std::chrono_literals;

std::chrono::seconds wait_after(int refusals) {
  constexpr int kDoublings = 6;  // 5 s doubled six times is past the longest wait
  return std::min<std::chrono::seconds>(5s * (1 << std::min(refusals - 1, kDoublings)), 5min);
}

}  // namespace

bool LocalModel::load_is_due(const PressureReading& reading, SteadyTime now) const {
  if (state_ == State::kUnloaded) return true;
  if (state_ != State::kRefused || now < retry_at_) return false;
  return !load_->retry_when_calm || !reading.active();
}

bool LocalModel::begin_load(SteadyTime now) {
  if (state_ == State::kLoading || state_ == State::kReady) return false;
  state_ = State::kLoading;
  loading_since_ = now;
  return true;
}

void LocalModel::end_load(LocalLoad load, SteadyTime now) {
  state_ = load.local ? State::kReady : State::kRefused;
  refusals_ = load.local ? 0 : refusals_ + 1;
  if (!load.local) retry_at_ = load.retry_when_calm ? now : now + wait_after(refusals_);
  load_ = std::make_shared<const LocalLoad>(std::move(load));
}

std::shared_ptr<const LocalLoad> LocalModel::unload() {
  if (state_ == State::kLoading) return nullptr;
  state_ = State::kUnloaded;
  return std::exchange(load_, nullptr);
}

}  // namespace papr
