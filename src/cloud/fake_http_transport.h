// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "http_transport.h"

namespace papr {

/// A network that answers as its script says, and remembers what was asked.
class FakeHttpTransport final : public HttpTransport {
 public:
  using Script = std::function<Result<HttpResponse>(const HttpRequest&, const CancelToken&)>;

  explicit FakeHttpTransport(Script script) : script_(std::move(script)) {}

  /// Plays outcomes back in order, then repeats the last.
  explicit FakeHttpTransport(std::vector<Result<HttpResponse>> outcomes)
      : script_([this, outcomes = std::move(outcomes)](const HttpRequest&, const CancelToken&) {
          const std::lock_guard lock(mutex_);
          return outcomes[std::min(requests_.size(), outcomes.size()) - 1];
        }) {}

  Result<HttpResponse> exchange(const HttpRequest& request, CancelToken cancel) override {
    if (cancel.cancelled()) return fail(ErrorCode::kUnavailable, "cancelled");
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    return script_(request, cancel);
  }

  [[nodiscard]] std::vector<HttpRequest> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  Script script_;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
};

}  // namespace papr
