// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "../base/clock.h"
#include "classify.h"
#include "memory_source.h"
#include "papr/pressure.h"

namespace papr {

/// A sample and what it means, as callers see it.
[[nodiscard]] PressureReading reading_of(const MemorySample& sample, PressureVerdict verdict,
                                         std::string_view source, WallTime now);

/// Of source `none`: nothing was looked at.
[[nodiscard]] PressureReading reading_of_none(WallTime now);

/// Of a source that gave an error: level normal, state unreadable.
[[nodiscard]] PressureReading unreadable_reading(std::string_view source, const Error& error,
                                                 WallTime now);

}  // namespace papr
