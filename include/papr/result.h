// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace papr {

/// Why an operation did not succeed. A value exists only where some caller acts on it.
enum class ErrorCode {
  kInvalidArgument,  ///< The caller broke a documented precondition.
  kNotFound,         ///< The named thing does not exist. Often not a failure.
  kCorrupt,          ///< Data exists but cannot be trusted. Rebuild or fetch it again.
  kMismatch,         ///< Both things are sound but do not belong together, as a model and a store.
  kDenied,           ///< The other side refuses who we are: other credentials or rights are needed.
  kUnavailable,      ///< Try again later, or use the fallback.
  kTimeout,          ///< The time budget ran out.
  kDiskFull,         ///< Nothing was written. Free space, then repeat.
  kUnsupported,      ///< Never works on this build, OS version or machine.
};

/// The stable spelling of a code, as in `--json` output: "not_found".
[[nodiscard]] std::string_view name_of(ErrorCode code) noexcept;

struct Error {
  ErrorCode code;
  std::string message;  ///< What was tried, on what, what came back: `open "a.txt": EACCES`.
  std::string remedy;   ///< What a person can do about it; empty when nobody can say.
};

template <class T = void>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(ErrorCode code, std::string message,
                                                 std::string remedy = {}) {
  return std::unexpected(Error{code, std::move(message), std::move(remedy)});
}

/// Hands `error` on with what the caller was doing in front: "load model: ...".
[[nodiscard]] inline std::unexpected<Error> while_doing(std::string_view what, Error error) {
  error.message.insert(0, std::string(what) + ": ");
  return std::unexpected(std::move(error));
}

}  // namespace papr
