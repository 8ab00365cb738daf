// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace papr {

/// Asked by whoever does the work, as often as it can stop. A default one is never cancelled.
/// Stands for std::stop_token, which libc++ 19 has only as an experiment.
class CancelToken {
 public:
  CancelToken() = default;
  [[nodiscard]] bool cancelled() const noexcept { return flag_ != nullptr && flag_->load(); }

 private:
  friend class CancelSource;
  explicit CancelToken(std::shared_ptr<const std::atomic<bool>> flag) : flag_(std::move(flag)) {}
  std::shared_ptr<const std::atomic<bool>> flag_;
};

/// Held by whoever may call the work off. Safe to use from several threads.
class CancelSource {
 public:
  [[nodiscard]] CancelToken token() const { return CancelToken(flag_); }
  void cancel() noexcept { flag_->store(true); }

 private:
  std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace papr
