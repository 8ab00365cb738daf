// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "http_transport.h"

namespace papr {

/// Plays outcomes back in order, then repeats the last; remembers what it was asked.
class FakeHttpTransport final : public HttpTransport {
 public:
  explicit FakeHttpTransport(std::vector<Result<HttpResponse>> outcomes)
      : outcomes_(std::move(outcomes)) {}

  Result<HttpResponse> exchange(const HttpRequest& request, CancelToken cancel) override {
    const std::lock_guard lock(mutex_);
    if (cancel.cancelled()) return fail(ErrorCode::kUnavailable, "cancelled");
    requests_.push_back(request);
    return outcomes_[std::min(requests_.size(), outcomes_.size()) - 1];
  }

  [[nodiscard]] std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  const std::vector<Result<HttpResponse>> outcomes_;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
};

}  // namespace papr
