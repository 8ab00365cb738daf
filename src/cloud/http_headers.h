// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "http_transport.h"

namespace papr {

/// Whether both names are one: header names know no upper case (RFC 9110, 5.1).
[[nodiscard]] bool same_header_name(std::string_view one, std::string_view other) noexcept;

/// Whether it can stand before the colon: a token of RFC 9110, 5.6.2.
[[nodiscard]] bool is_header_name(std::string_view name) noexcept;

/// Whether it can stand after the colon: printable ASCII only, so that no line can be smuggled in
/// and no two sides read it differently.
[[nodiscard]] bool is_header_value(std::string_view value) noexcept;

/// The value of the last header of that name; null when there is none.
[[nodiscard]] const std::string* find_header(const HttpHeaders& headers,
                                             std::string_view name) noexcept;

/// Replaces every header of that name by one, or adds it at the end.
void set_header(HttpHeaders& headers, std::string_view name, std::string value);

}  // namespace papr
