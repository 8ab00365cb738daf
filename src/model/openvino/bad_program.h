// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "papr/result.h"

namespace papr {

/// Thrown while a program is translated, caught in translate_program() and nowhere else.
///
/// OpenVINO's own checks throw as well, so translating has to cope with exceptions anyway; with
/// this one an op's translation reads as what it is.
struct BadProgram {
  Error error;
};

[[noreturn]] inline void reject(ErrorCode code, std::string message) {
  throw BadProgram{Error{code, std::move(message), {}}};
}
[[noreturn]] inline void reject_corrupt(std::string message) {
  reject(ErrorCode::kCorrupt, std::move(message));
}
[[noreturn]] inline void reject_unsupported(std::string message) {
  reject(ErrorCode::kUnsupported, std::move(message));
}

}  // namespace papr
