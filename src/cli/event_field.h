// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string_view>
#include <variant>

#include "papr/events.h"

namespace papr::cli {

/// The field `name` of `event`, or `missing` where it has none of that type.
template <class T>
T field_or(const Event& event, std::string_view name, T missing) {
  const auto field = std::ranges::find(event.fields, name, &EventField::name);
  if (field == event.fields.end()) return missing;
  const T* const value = std::get_if<T>(&field->value);
  return value != nullptr ? *value : missing;
}

}  // namespace papr::cli
