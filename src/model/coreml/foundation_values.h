// SPDX-License-Identifier: Apache-2.0
#pragma once

#import <Foundation/Foundation.h>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cxx_guard.h"
#include "papr/result.h"

namespace papr {

// What is given here is autoreleased: call it inside an @autoreleasepool.

/// Never nil; text that is not UTF-8 becomes an empty one.
[[nodiscard]] NSString* ns_text(std::string_view text);
/// Empty for nil.
[[nodiscard]] std::string text_of(NSString* text);
[[nodiscard]] NSURL* ns_folder(const std::filesystem::path& path);
[[nodiscard]] NSArray<NSNumber*>* ns_lengths(std::span<const std::int64_t> lengths);
[[nodiscard]] std::vector<std::int64_t> lengths_of(NSArray<NSNumber*>* lengths);

/// The Error of an NSError and all that lies under it, by the table of coreml_error.cpp. nil: Core
/// ML failed without saying why.
[[nodiscard]] Error error_of(std::string_view doing, NSError* error);
[[nodiscard]] Error error_of(std::string_view doing, NSException* exception);

/// Runs `body`, which gives a Result, in an @autoreleasepool of its own. Whatever is thrown in it,
/// in Objective-C or C++, becomes an Error: nothing leaves. The pool is outermost, because a C++
/// exception that passes one leaves it full.
template <std::invocable Body>
auto guarded(std::string_view doing, Body body) noexcept -> decltype(body()) {
  std::optional<decltype(body())> answer;
  std::optional<Error> thrown;
  @autoreleasepool {
    thrown = thrown_by(doing, [&] {
      @try {
        answer.emplace(body());
      } @catch (NSException* exception) {
        answer.emplace(std::unexpected(error_of(doing, exception)));
      }
    });
  }
  if (thrown) return std::unexpected(std::move(*thrown));
  return std::move(*answer);
}

}  // namespace papr
