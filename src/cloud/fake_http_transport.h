// SPDX-License-Identifier: Apache-2.0
#pragma once

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

  Result<HttpResponse> exchange(const HttpRequest& request, CancelToken cancel) override {
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
