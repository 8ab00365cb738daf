// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http_transport.h"

namespace papr {

/// Gathers an answer as its pieces arrive, up to a limit. `take_*` give false when it was passed.
class HttpAnswer {
 public:
  explicit HttpAnswer(std::size_t body_limit_bytes) : body_limit_bytes_(body_limit_bytes) {}

  /// A line of the head with its line end. A new status line starts again: what came before was
  /// an interim answer (100, 103). Trailers, after the body, are passed over.
  [[nodiscard]] bool take_line(std::string_view line);
  [[nodiscard]] bool take_body(std::string_view bytes);

  [[nodiscard]] bool too_long() const noexcept { return too_long_; }
  [[nodiscard]] std::size_t body_limit_bytes() const noexcept { return body_limit_bytes_; }

  /// What was gathered; to be called once.
  [[nodiscard]] HttpResponse finish(int status) &&;

 private:
  std::size_t body_limit_bytes_;
  std::size_t head_bytes_ = 0;  // of all heads of one exchange
  bool head_ended_ = false;
  bool too_long_ = false;
  HttpResponse response_;
};

}  // namespace papr
