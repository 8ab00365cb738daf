// SPDX-License-Identifier: Apache-2.0
#include "cxx_guard.h"

#include <exception>
#include <new>
#include <string>

namespace papr {

std::optional<Error> thrown_by(std::string_view doing, const std::function<void()>& body) noexcept {
  const auto unavailable = [doing](std::string_view what) {
    return Error{ErrorCode::kUnavailable, std::string(doing) + ": " + std::string(what), {}};
  };
  try {
    body();
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    return unavailable("out of memory");
  } catch (const std::exception& error) {
    return unavailable(error.what());
  } catch (...) {
    return unavailable("an exception of an unknown kind");
  }
}

}  // namespace papr
